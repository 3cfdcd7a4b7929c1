import { decodeClientFrame, MAX_FRAME_BYTES, type ClientFrame, type DecodeError, type Result } from '@parley/protocol';
import { SeededRandom } from '@parley/testkit';
import { corrupt, jsonWithoutObject, truncate } from './corrupt-json.ts';
import type { Known } from './known-ids.ts';
import { nearlyValid, textOf, withUnknownField } from './mutate.ts';
import { validCommand, type FrameContext, type Fields } from './valid-command.ts';

/** How a frame was made. `valid` ones must be accepted; those with an `unknown field`, `truncated` ones and those that are `not an object` must be refused. */
export type FrameKind =
  | 'valid'
  | 'nearly valid'
  | 'unknown field'
  | 'corrupt'
  | 'truncated'
  | 'not an object'
  | 'large';

export interface FuzzFrame {
  /** Counts from 1; usually also the `ref`. */
  readonly number: number;
  readonly kind: FrameKind;
  readonly text: string;
  readonly decoded: Result<ClientFrame, DecodeError>;
}

export interface FrameSource {
  readonly seed: number;
  readonly known: Known;
}

/** Makes frame `number` of a seed. It depends on nothing but these and the ids in `known`. */
export function makeFrame({ seed, known }: FrameSource, number: number): FuzzFrame {
  const random = new SeededRandom(`${seed}/${number}`);
  const context = { random, known, ref: number };
  const kind = kindOf(random);
  // A cut may leave half a surrogate pair, which UTF-8 can't encode: this is the text that `encode.ts` would send.
  const text = textOfKind(kind, context).toWellFormed();
  const decoded = decodeClientFrame(text);
  // The recipient of a message would notice the attack.
  const touches = decoded.ok && decoded.value.type === 'send' && known.untouchable.includes(decoded.value.to ?? '');
  return touches ? pingFrame(number) : { number, kind, text, decoded };
}

export function pingFrame(ref: number): FuzzFrame {
  const text = JSON.stringify({ type: 'ping', ref });
  return { number: ref, kind: 'valid', text, decoded: decodeClientFrame(text) };
}

function kindOf(random: SeededRandom): FrameKind {
  const share = random.below(1_000);
  if (share < 400) return 'valid';
  if (share < 750) return 'nearly valid';
  if (share < 800) return 'unknown field';
  if (share < 900) return 'corrupt';
  if (share < 960) return 'truncated';
  return share < 998 ? 'not an object' : 'large';
}

function textOfKind(kind: FrameKind, context: FrameContext): string {
  const { random } = context;
  const fields = validCommand(context);
  switch (kind) {
    case 'valid':
      return textOf(fields);
    case 'nearly valid':
      return textOf(nearlyValid(fields, context));
    case 'unknown field':
      return textOf(withUnknownField(fields, context));
    case 'corrupt':
      return corrupt(textOf(fields), random);
    case 'truncated':
      return truncate(textOf(fields), random);
    case 'not an object':
      return jsonWithoutObject(random);
    case 'large':
      return large(fields, random);
  }
}

/** Fills a message up to the limit, with blanks, with text or with depth. */
function large(fields: Fields, random: SeededRandom): string {
  const text = textOf(fields);
  const room = Math.floor((MAX_FRAME_BYTES - Buffer.byteLength(text) - 100) / 2);
  const kind = random.below(3);
  if (kind === 0) return text + ' '.repeat(room);
  if (kind === 1) return textOf([...fields, ['body', 'x'.repeat(room)]]);
  return `${text.slice(0, -1)},"deep":${'['.repeat(room)}${']'.repeat(room)}}`;
}
