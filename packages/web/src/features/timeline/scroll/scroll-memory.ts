import type { CacheSnapshot } from 'virtua';
import type { TimelineRow } from '../rows.ts';
import type { ScrollTarget } from './initial-position.ts';

/** Conversations whose place is remembered; beyond it those left longest ago are forgotten. */
const MAX_SAVED = 50;

interface SavedScroll {
  readonly savedPosition: ScrollTarget;
  /** Heights of rows in pixels, by key. */
  readonly heights: ReadonlyMap<string, number>;
}

const savedScrolls = new Map<string, SavedScroll>();

/** Where one was in a conversation, and how tall its rows were. Lasts as long as the page. */
export function saveScroll(conversation: string, saved: SavedScroll): void {
  savedScrolls.delete(conversation);
  savedScrolls.set(conversation, saved);
  for (const oldest of savedScrolls.keys()) {
    if (savedScrolls.size <= MAX_SAVED) return;
    savedScrolls.delete(oldest);
  }
}

export const restoreScroll = (conversation: string): SavedScroll | null => savedScrolls.get(conversation) ?? null;

export function heightsOf(rows: readonly TimelineRow[], [sizes]: CacheSnapshot): Map<string, number> {
  const heights = new Map<string, number>();
  for (const [index, { key }] of rows.entries()) {
    const size = sizes[index];
    if (size !== undefined && size >= 0) heights.set(key, size);
  }
  return heights;
}

/** The heights as the virtual list wants them, -1 where they are not known. */
export function toCacheSnapshot(rows: readonly TimelineRow[], heights: ReadonlyMap<string, number>): CacheSnapshot {
  return [rows.map(({ key }) => heights.get(key) ?? -1)];
}
