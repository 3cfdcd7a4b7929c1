import { decodeServerFrame, type ServerFrame } from '@parley/protocol';
import { textsOfFrames } from '@parley/testkit';

export interface DecodedFrame {
  readonly text: string;
  /** Null for text that no client can decode. */
  readonly frame: ServerFrame | null;
}

/** Cache: the fan-out writes the same buffer to many sockets. */
const known = new WeakMap<Buffer, readonly DecodedFrame[]>();

export function framesOf(bytes: Buffer): readonly DecodedFrame[] {
  const before = known.get(bytes);
  if (before !== undefined) return before;
  const frames = textsOfFrames(bytes).map((text) => ({ text, frame: decodeServerFrame(text) }));
  known.set(bytes, frames);
  return frames;
}
