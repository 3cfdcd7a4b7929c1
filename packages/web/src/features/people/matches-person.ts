import type { User } from '@parley/protocol';

/** Does each word of `text` begin a word of the person's name, or their handle? Case and accents do not matter. */
export function matchesPerson(person: User, text: string): boolean {
  const words = fold(text)
    .split(/\s+/u)
    .filter((word) => word !== '');
  const names = [...fold(person.name).split(/[\s-]+/u), fold(person.handle), fold(person.name)];
  return words.every((word) => {
    const wanted = word.replace(/^@/u, '');
    return names.some((name) => name.startsWith(wanted));
  });
}

/** Text as it is compared: "Zoë" as "zoe". */
export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
