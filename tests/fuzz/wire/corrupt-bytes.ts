import type { SeededRandom } from '@parley/testkit';
import { encodeFrame, OPCODE } from '@parley/testkit/raw-socket';
import { encodeFragments, encodeText } from './encode.ts';

/** Frames that no library sends: wrong headers, masks, lengths and fragments, and bytes lost, doubled and flipped. */
export function corruptFrames(texts: readonly string[], random: SeededRandom): Buffer {
  const frames = texts.map((text, at) => (random.chance(0.5) ? encodeText(text, at) : corruptFrame(text, random)));
  const bytes = Buffer.concat(frames);
  return random.chance(0.3) ? corrupt(bytes, random, bytes.length) : bytes;
}

/** A request in which bytes or lines are lost, doubled or changed. */
export function corruptHandshake(request: Buffer, random: SeededRandom): Buffer {
  if (random.chance(0.5)) return corrupt(request, random, request.length);
  const lines = request.toString('latin1').split('\r\n');
  const at = random.below(lines.length);
  const other = lines[random.below(lines.length)] ?? '';
  const line = lines[at] ?? '';
  const edited = [
    lines.toSpliced(at, 1),
    lines.toSpliced(at, 0, line),
    lines.toSpliced(at, 0, other),
    lines.with(at, `${line}${' '.repeat(random.below(3))}${other}`),
    lines.with(at, line.toUpperCase()),
    lines.with(at, line.repeat(1 + random.below(200))),
    lines.toSpliced(1, 0, 'Content-Length: 7', 'Transfer-Encoding: chunked'),
    lines.toSpliced(1, 0, `X: ${'y'.repeat(random.below(20_000))}`),
  ];
  return Buffer.from((random.pick(edited) ?? lines).join('\r\n'), 'latin1');
}

function corruptFrame(text: string, random: SeededRandom): Buffer {
  const frame = encodeText(text, random.below(2 ** 32));
  const bytes = Buffer.from(text).subarray(0, random.below(text.length + 1));
  switch (random.below(10)) {
    case 0: // Any header.
      frame[0] = random.below(256);
      return frame;
    case 1:
      frame[1] = random.below(256);
      return frame;
    case 2: // Changes in the payload: mostly invalid UTF-8.
      return corrupt(frame, random, frame.length);
    case 3:
      return corrupt(frame, random, 14);
    case 4:
      return encodeFrame(bytes, { masked: false });
    case 5:
      return encodeFrame(bytes, { claimedBytes: random.below(random.chance(0.5) ? 200 : 2 ** 40) });
    case 6:
      return encodeFrame(bytes, { opcode: random.below(16), final: random.chance(0.5) });
    case 7: // A fragment out of order.
      return encodeFragments(text, random).subarray(random.below(20));
    case 8: {
      const code = random.below(6_000);
      return encodeFrame(Buffer.concat([Buffer.from([code >> 8, code & 255]), bytes]).subarray(0, random.below(140)), {
        opcode: OPCODE.close,
      });
    }
    default:
      return Buffer.concat(
        Array.from({ length: random.below(100) }, () => encodeFrame('', { opcode: random.below(3), final: false })),
      );
  }
}

/** Up to four changes within the first `room` bytes. */
function corrupt(bytes: Buffer, random: SeededRandom, room: number): Buffer {
  let result = bytes;
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(Math.min(room, result.length) + 1);
    const to = Math.min(result.length, at + 1 + random.below(8));
    const [before, piece, after] = [result.subarray(0, at), result.subarray(at, to), result.subarray(to)];
    switch (random.below(5)) {
      case 0:
        result = Buffer.concat([before, after]);
        break;
      case 1:
        result = Buffer.concat([before, piece, piece, after]);
        break;
      case 2:
        result = Buffer.concat([before, piece.map((byte) => byte ^ (1 << random.below(8))), after]);
        break;
      case 3:
        result = Buffer.concat([before, Buffer.from(piece.map(() => random.below(256))), piece, after]);
        break;
      default:
        result = result.subarray(0, at);
    }
  }
  return result;
}
