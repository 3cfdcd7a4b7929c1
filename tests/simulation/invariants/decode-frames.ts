import { decodeServerFrame, type ServerFrame } from '@parley/protocol';
import { textsOfFrames } from '@parley/testkit';

export interface DecodedFrame {
  readonly text: string;
  /** Null for what no client understands. */
  readonly frame: ServerFrame | null;
}

/** The fan-out writes the same bytes to many sockets: they are read once. */
const known = new WeakMap<Buffer, readonly DecodedFrame[]>();

export function framesOf(bytes: Buffer): readonly DecodedFrame[] {
  const before = known.get(bytes);
  if (before !== undefined) return before;
  const frames = textsOfFrames(bytes).map((text) => ({ text, frame: decodeServerFrame(text) }));
  known.set(bytes, frames);
  return frames;
}
