/** The number of colours --color-person-1 … in tokens.css. */
export const AVATAR_COLOURS = 10;

/** The number of a colour, 1 to `AVATAR_COLOURS`, as a pure function of the id (FNV-1a). */
export function avatarColour(id: string): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  // The low bits of FNV-1a alone are weak, so the high ones are folded in.
  return ((((hash >>> 16) ^ hash) >>> 0) % AVATAR_COLOURS) + 1;
}

/** First letters of the first and last word: "Ada Lovelace" → "AL", "ada" → "A". "?" when there is no letter. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0]);
  const letters = words.filter((letter) => letter !== undefined);
  const initials = letters.length > 1 ? [letters[0], letters.at(-1)] : letters;
  return initials.join('').toLocaleUpperCase() || '?';
}
