const MAX_TRIES = 300;

/** A shorter text that is still bad: pieces are left out, large ones first, as long as that lasts. */
export async function shrink(text: string, isBad: (text: string) => Promise<boolean>): Promise<string> {
  let smallest = text;
  let tries = 0;
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length && tries < MAX_TRIES;) {
      tries += 1;
      const without = smallest.slice(0, at) + smallest.slice(at + size);
      if (await isBad(without)) smallest = without;
      else at += size;
    }
  }
  return smallest;
}
