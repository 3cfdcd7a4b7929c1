/**
 * Delta debugging: removes stretches of `items`, half of them first and single ones last, as long as `isBad` holds for the
 * rest, until no single item can be removed or `maxAttempts` calls were made. Returns the shortest list found.
 */
export async function shrink<T>(
  items: readonly T[],
  isBad: (items: readonly T[]) => Promise<boolean>,
  maxAttempts = 300,
): Promise<readonly T[]> {
  let smallest = items;
  let attempts = 0;
  for (let length = Math.ceil(items.length / 2); length > 0;) {
    const before = smallest.length;
    for (let from = 0; from < smallest.length && attempts < maxAttempts;) {
      attempts += 1;
      const candidate = [...smallest.slice(0, from), ...smallest.slice(from + length)];
      if (await isBad(candidate)) smallest = candidate;
      else from += length;
    }
    if (length > 1) length = Math.ceil(length / 2);
    else if (smallest.length === before || attempts >= maxAttempts) break;
  }
  return smallest;
}
