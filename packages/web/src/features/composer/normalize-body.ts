import { loadedEmoji } from '../emoji/emoji-data.ts';

// Code is left alone: the first two alternatives eat it.
const NAMED_EMOJI = /```[\s\S]*?(?:```|$)|`[^`\n]*`|:([a-z0-9_+-]{1,40}):/g;

/** A text as it is sent: without empty lines around it, `:name:` as the emoji it stands for. */
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
