import type { EmojiIndex } from './emoji-data.ts';

export const COLUMNS = 8;
const MAX_FOUND = 160;

export interface PickedEmoji {
  readonly emoji: string;
  /** As in `:name:`. */
  readonly name: string | undefined;
}

export interface Section {
  readonly title: string;
  readonly emoji: readonly PickedEmoji[];
}

/** The sections of the picker: search results, or recent emoji followed by all groups. */
export function sectionsOf(index: EmojiIndex, recent: readonly string[], text: string): Section[] {
  if (text.trim() !== '') {
    return [{ title: 'Found', emoji: index.searchEmoji(text.trim(), MAX_FOUND).map(pickedOf) }];
  }
  const names = new Map(index.groups.flatMap((group) => group.emoji.map(({ emoji, names }) => [emoji, names[0]])));
  const recentEmoji = recent.map((emoji) => ({ emoji, name: names.get(emoji) }));
  return [
    { title: 'Used last', emoji: recentEmoji },
    ...index.groups.map((group) => ({ title: group.title, emoji: group.emoji.map(pickedOf) })),
  ];
}

function pickedOf({ emoji, names }: { readonly emoji: string; readonly names: readonly string[] }): PickedEmoji {
  return { emoji, name: names[0] };
}
