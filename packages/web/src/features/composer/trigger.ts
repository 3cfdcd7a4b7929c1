/** A mention or emoji name that the text before the caret starts. */
export interface Trigger {
  readonly kind: 'mention' | 'emoji';
  /** Offset of the `@` or `:`. */
  readonly start: number;
  /** Offset of the caret. */
  readonly end: number;
  /** The text between them. */
  readonly query: string;
}

// Limits how far back the search looks, so that its cost does not grow with the text.
const MAX_LOOK_BACK = 48;
const MENTION = /(?:^|[\s([{"'*_~>])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]+)?)$/u;
const EMOJI = /(?:^|[\s([{"'*_~>]|\p{Extended_Pictographic}|\uFE0F)(:)([a-z0-9_+-]{2,})$/iu;

export function findTrigger(text: string, caret: number): Trigger | null {
  const before = text.slice(Math.max(0, caret - MAX_LOOK_BACK), caret);
  if (isInsideCode(text.slice(0, caret))) return null;
  const mention = MENTION.exec(before)?.[1];
  if (mention !== undefined) return { kind: 'mention', start: caret - mention.length - 1, end: caret, query: mention };
  const emoji = EMOJI.exec(before)?.[2];
  return emoji === undefined ? null : { kind: 'emoji', start: caret - emoji.length - 1, end: caret, query: emoji };
}

/** Whether an odd number of fences, or of backticks on this line, precedes the caret. */
function isInsideCode(before: string): boolean {
  const fences = before.match(/^(?:```|~~~)/gm)?.length ?? 0;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return fences % 2 === 1 || (line.match(/`/g)?.length ?? 0) % 2 === 1;
}
