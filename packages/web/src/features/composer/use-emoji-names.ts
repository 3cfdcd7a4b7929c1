import { useEffect } from 'react';
import { loadEmoji } from '../emoji/emoji-data.ts';

/** Loads the names of emoji with the first colon: whoever types `:tada:` has them by the second. */
export function useEmojiNames(text: string): void {
  const wanted = text.includes(':');
  useEffect(() => {
    if (wanted) void loadEmoji();
  }, [wanted]);
}
