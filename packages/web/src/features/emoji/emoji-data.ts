import { useSyncExternalStore } from 'react';
import type * as Index from './emoji-index.ts';

export type EmojiIndex = typeof Index;

let index: EmojiIndex | null = null;
let loading: Promise<EmojiIndex | null> | null = null;
const listeners = new Set<() => void>();

/** Names and groups of all emoji: a file of their own, since few first looks at a page want them. Null when out of reach. */
export function loadEmoji(): Promise<EmojiIndex | null> {
  loading ??= load();
  return loading;
}

/** What `loadEmoji` has loaded; null before. */
export const loadedEmoji = (): EmojiIndex | null => index;

/** The same for components. Loads nothing by itself. */
export const useEmoji = (): EmojiIndex | null => useSyncExternalStore(subscribe, loadedEmoji);

async function load(): Promise<EmojiIndex | null> {
  try {
    index = await import('./emoji-index.ts');
  } catch {
    // Offline, perhaps: the next one who wants it tries again.
    loading = null;
    return null;
  }
  for (const listener of listeners) listener();
  return index;
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}
