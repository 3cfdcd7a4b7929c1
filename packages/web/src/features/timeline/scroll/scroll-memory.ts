import type { CacheSnapshot } from 'virtua';
import type { TimelineRow } from '../rows.ts';
import type { ScrollTarget } from './initial-position.ts';

/** Conversations whose place is remembered; beyond it those left longest ago are forgotten. */
const MAX_REMEMBERED = 50;

interface Remembered {
  readonly savedPosition: ScrollTarget;
  /** Heights of rows in pixels, by key. */
  readonly heights: ReadonlyMap<string, number>;
}

const storageKey = new Map<string, Remembered>();

/** Where one was in a conversation, and how tall its rows were. Lasts as long as the page. */
export function saveScroll(conversation: string, remembered: Remembered): void {
  storageKey.delete(conversation);
  storageKey.set(conversation, remembered);
  for (const oldest of storageKey.keys()) {
    if (storageKey.size <= MAX_REMEMBERED) return;
    storageKey.delete(oldest);
  }
}

export const restoreScroll = (conversation: string): Remembered | null => storageKey.get(conversation) ?? null;

export function heightsOf(rows: readonly TimelineRow[], [sizes]: CacheSnapshot): Map<string, number> {
  const heights = new Map<string, number>();
  for (const [index, { key }] of rows.entries()) {
    const size = sizes[index];
    if (size !== undefined && size >= 0) heights.set(key, size);
  }
  return heights;
}

/** The heights as the virtual list wants them, -1 where they are not known. */
export function snapshotOf(rows: readonly TimelineRow[], heights: ReadonlyMap<string, number>): CacheSnapshot {
  return [rows.map(({ key }) => heights.get(key) ?? -1)];
}
