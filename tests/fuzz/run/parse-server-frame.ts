import { isDeepStrictEqual } from 'node:util';
import { serverFrame, type ServerFrame } from '@parley/protocol';
import type { Known } from '../frames/known-ids.ts';
import { Finding } from './findings.ts';

/** A server frame that the schemas describe to the letter, and that this attacker may see. Throws a `Finding`. */
export function readServerFrame(text: string, known: Known, secret: string): ServerFrame {
  if (text.includes(secret)) throw new Finding(`a secret was told: ${text.slice(0, 500)}`);
  const json = parse(text);
  const parsed = serverFrame.safeParse(json);
  if (!parsed.success) throw new Finding(`no schema describes ${text.slice(0, 500)}`);
  // Fields that no schema has are dropped by the parser: then the text was longer. Comparing lengths is cheaper.
  if (JSON.stringify(parsed.data).length !== text.length && !isDeepStrictEqual(parsed.data, json)) {
    throw new Finding(`fields that no schema has: ${text.slice(0, 500)}`);
  }
  const frame = parsed.data;
  const channel =
    'channel' in frame ? (typeof frame.channel === 'string' ? frame.channel : frame.channel?.id) : undefined;
  // A reply to a question about a foreign channel is an error, which names none.
  if (channel !== undefined && known.foreign.includes(channel)) {
    throw new Finding(`a frame of a foreign channel: ${text.slice(0, 500)}`);
  }
  return frame;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Finding(`the server sent what is not JSON: ${text.slice(0, 500)}`);
  }
}
