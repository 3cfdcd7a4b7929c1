import { createPersistedStore } from '../../lib/persisted-store.ts';

const MAX_RECENT = 16;
const DEFAULTS = ['👍', '❤️', '😄', '🎉', '🙏', '👀', '✅', '🚀'];

/** Recently used emoji, newest first. Common emoji before the first use. */
export const recentEmoji = createPersistedStore('emoji', readRecent);

export function recordEmojiUse(emoji: string): void {
  recentEmoji.set([emoji, ...recentEmoji.get().filter((other) => other !== emoji)].slice(0, MAX_RECENT));
}

function readRecent(stored: unknown): readonly string[] {
  const recent = Array.isArray(stored)
    ? stored.filter((one): one is string => typeof one === 'string' && one !== '')
    : [];
  return recent.length === 0 ? DEFAULTS : recent.slice(0, MAX_RECENT);
}
