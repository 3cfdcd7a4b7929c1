import type { CacheSnapshot } from 'virtua';
import type { TimelineRow } from '../rows.ts';
import type { ScrollTarget } from './initial-position.ts';

/** The number of conversations with a saved position. Beyond it, those left longest ago are evicted. */
const MAX_SAVED = 50;

interface SavedScroll {
  readonly savedPosition: ScrollTarget;
  /** Row heights in pixels, by key. */
  readonly heights: ReadonlyMap<string, number>;
}

const savedScrolls = new Map<string, SavedScroll>();

/** Saves the scroll position and row heights of a conversation for the lifetime of the page. */
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

/** The heights in the format of the virtual list, -1 for unknown ones. */
export function toCacheSnapshot(rows: readonly TimelineRow[], heights: ReadonlyMap<string, number>): CacheSnapshot {
  return [rows.map(({ key }) => heights.get(key) ?? -1)];
}
