import type { SeededRandom } from '@parley/testkit';
import { encodeFrame, OPCODE } from '@parley/testkit/raw-socket';

const MASKED = 0x80;
const TEXT = 0x81;

/** Encodes a text frame with the mask `number`. Faster than `encodeFrame`, for millions of frames. */
export function encodeText(text: string, number: number): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + 4 + length);
  frame[0] = TEXT;
  frame[1] = MASKED | (header === 2 ? length : header === 4 ? 126 : 127);
  if (header === 4) frame.writeUInt16BE(length, 2);
  if (header === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  const mask = number >>> 0;
  frame.writeUInt32BE(mask, header);
  frame.write(text, header + 4);
  if (mask === 0) return frame;
  for (let at = 0; at < length; at += 1) {
    const index = header + 4 + at;
    frame[index] = (frame[index] ?? 0) ^ (mask >>> (8 * (3 - (at & 3))));
  }
  return frame;
}

/** Encodes a message in fragments that may split a code point, with pings and pongs between them. */
export function encodeFragments(text: string, random: SeededRandom): Buffer {
  const bytes = Buffer.from(text);
  const count = 1 + random.below(6);
  const cuts = Array.from({ length: count - 1 }, () => random.below(bytes.length + 1)).toSorted((a, b) => a - b);
  const ends = [...cuts, bytes.length];
  const frames = ends.flatMap((end, index) => {
    const payload = bytes.subarray(index === 0 ? 0 : ends[index - 1], end);
    const opcode = index === 0 ? OPCODE.text : OPCODE.continuation;
    const frame = encodeFrame(payload, { opcode, final: index === ends.length - 1 });
    return random.chance(0.2) ? [frame, control(random)] : [frame];
  });
  return Buffer.concat(frames);
}

function control(random: SeededRandom): Buffer {
  return encodeFrame('x'.repeat(random.below(126)), { opcode: random.chance(0.5) ? OPCODE.ping : OPCODE.pong });
}
