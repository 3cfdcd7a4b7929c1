import { decodeClientFrame, MAX_FRAME_BYTES, type ClientFrame, type DecodeError, type Result } from '@parley/protocol';
import { SeededRandom } from '@parley/testkit';
import { damaged, noObject, truncated } from './corrupt-json.ts';
import type { Known } from './known-ids.ts';
import { nearlyValid, textOf, withAlienField } from './mutate.ts';
import { validCommand, type Chance, type Fields } from './valid-command.ts';

/** How a frame was made. `valid` ones must be understood, `alien`, `truncated` and `no object` must not, the rest may. */
export type FrameKind = 'valid' | 'nearly valid' | 'alien' | 'damaged' | 'truncated' | 'no object' | 'large';

export interface FuzzFrame {
  /** From 1; also its `ref`, where it has one of ours. */
  readonly number: number;
  readonly kind: FrameKind;
  readonly text: string;
  readonly decoded: Result<ClientFrame, DecodeError>;
}

export interface FrameSource {
  readonly seed: number;
  readonly known: Known;
}

/** Frame `number` of a seed. The same for the same ids in `known`, whatever was made before. */
export function makeFrame({ seed, known }: FrameSource, number: number): FuzzFrame {
  const random = new SeededRandom(`${seed}/${number}`);
  const chance = { random, known, ref: number };
  const kind = kindOf(random);
  // A cut may leave half a surrogate pair, which UTF-8 can not carry: as bytes this is what `encode.ts` would make of it.
  const text = textOfKind(kind, chance).toWellFormed();
  const decoded = decodeClientFrame(text);
  // Whoever is written to hears of it, and those must not.
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
  if (share < 800) return 'alien';
  if (share < 900) return 'damaged';
  if (share < 960) return 'truncated';
  return share < 998 ? 'no object' : 'large';
}

function textOfKind(kind: FrameKind, chance: Chance): string {
  const { random } = chance;
  const fields = validCommand(chance);
  switch (kind) {
    case 'valid':
      return textOf(fields);
    case 'nearly valid':
      return textOf(nearlyValid(fields, chance));
    case 'alien':
      return textOf(withAlienField(fields, chance));
    case 'damaged':
      return damaged(textOf(fields), random);
    case 'truncated':
      return truncated(textOf(fields), random);
    case 'no object':
      return noObject(random);
    case 'large':
      return large(fields, random);
  }
}

/** As much as fits into one message, in blanks, in a text, or in depth. */
function large(fields: Fields, random: SeededRandom): string {
  const text = textOf(fields);
  const room = Math.floor((MAX_FRAME_BYTES - Buffer.byteLength(text) - 100) / 2);
  const kind = random.below(3);
  if (kind === 0) return text + ' '.repeat(room);
  if (kind === 1) return textOf([...fields, ['body', 'x'.repeat(room)]]);
  return `${text.slice(0, -1)},"deep":${'['.repeat(room)}${']'.repeat(room)}}`;
}
