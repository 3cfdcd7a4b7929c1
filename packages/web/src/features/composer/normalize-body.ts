import { loadedEmoji } from '../emoji/emoji-data.ts';

// The first two alternatives match code, which stays unchanged.
const NAMED_EMOJI = /```[\s\S]*?(?:```|$)|`[^`\n]*`|:([a-z0-9_+-]{1,40}):/g;

/** The text to send: without empty lines around it, and with `:name:` replaced by its emoji. */
export function normalizeBody(text: string, find: (name: string) => string | undefined = findLoaded): string {
  return text
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd()
    .replaceAll(NAMED_EMOJI, (matched: string, name: string | undefined) =>
      name === undefined ? matched : (find(name) ?? matched),
    );
}

function findLoaded(name: string): string | undefined {
  return loadedEmoji()?.findEmoji(name);
}
