import { gemoji } from 'gemoji';

export interface Emoji {
  readonly emoji: string;
  /** As in `:name:`, the most common name first. */
  readonly names: readonly string[];
  readonly tags: readonly string[];
}

export interface EmojiGroup {
  readonly title: string;
  readonly emoji: readonly Emoji[];
}

/** In the order that keyboards use. */
export const groups: readonly EmojiGroup[] = [...Map.groupBy(gemoji, ({ category }) => category)].map(
  ([title, emoji]) => ({ title, emoji }),
);

const byName: ReadonlyMap<string, string> = new Map(
  gemoji.flatMap(({ emoji, names }) => names.map((name) => [name, emoji] as const)),
);

/** The emoji with this name. */
export const findEmoji = (name: string): string | undefined => byName.get(name);

/** Searches emoji: exact names first, then prefixes of names, of words in names, of tags. */
export function searchEmoji(text: string, limit: number): Emoji[] {
  const query = text.toLowerCase().replaceAll(/[\s-]+/g, '_');
  if (query === '') return [];
  return gemoji
    .map((emoji) => ({ emoji, rank: rankOf(emoji, query) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ emoji }) => emoji);
}

const NO_MATCH = 5;

function rankOf({ names, tags }: Emoji, query: string): number {
  if (names.includes(query)) return 0;
  if (names.some((name) => name.startsWith(query))) return 1;
  if (names.some((name) => name.includes(`_${query}`))) return 2;
  if (tags.some((tag) => tag.replaceAll(' ', '_').startsWith(query))) return 3;
  return names.some((name) => name.includes(query)) ? 4 : NO_MATCH;
}
