import { useEffect } from 'react';
import { loadEmoji } from '../emoji/emoji-data.ts';

/** Loads emoji names at the first colon, so that they are there when `:tada:` is complete. */
export function useEmojiNames(text: string): void {
  const hasColon = text.includes(':');
  useEffect(() => {
    if (hasColon) void loadEmoji();
  }, [hasColon]);
}
