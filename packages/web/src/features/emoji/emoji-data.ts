import { useSyncExternalStore } from 'react';
import type * as Index from './emoji-index.ts';

export type EmojiIndex = typeof Index;

let index: EmojiIndex | null = null;
let loading: Promise<EmojiIndex | null> | null = null;
const listeners = new Set<() => void>();

/** Loads names and groups of all emoji. A separate chunk, because most visits do not need it. Null when loading fails. */
export function loadEmoji(): Promise<EmojiIndex | null> {
  loading ??= load();
  return loading;
}

/** The index if it is loaded, or else null. */
export const loadedEmoji = (): EmojiIndex | null => index;

/** The same for components. Does not start to load it. */
export const useEmoji = (): EmojiIndex | null => useSyncExternalStore(subscribe, loadedEmoji);

async function load(): Promise<EmojiIndex | null> {
  try {
    index = await import('./emoji-index.ts');
  } catch {
    // Possibly offline. The next call tries again.
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
