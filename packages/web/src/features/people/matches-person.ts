import type { User } from '@parley/protocol';

/** Whether each word of `text` is a prefix of a word of the name or of the handle. Ignores case and accents. */
export function matchesPerson(person: User, text: string): boolean {
  const words = fold(text)
    .split(/\s+/u)
    .filter((word) => word !== '');
  const names = [...fold(person.name).split(/[\s-]+/u), fold(person.handle), fold(person.name)];
  return words.every((word) => {
    const prefix = word.replace(/^@/u, '');
    return names.some((name) => name.startsWith(prefix));
  });
}

/** Folds case and accents for comparison: "Zoë" becomes "zoe". */
export const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
