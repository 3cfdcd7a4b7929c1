import { isDeepStrictEqual } from 'node:util';
import { serverFrame, type ServerFrame } from '@parley/protocol';
import type { Known } from '../frames/known-ids.ts';
import { Finding } from './findings.ts';

/** Parses a server frame. Throws a `Finding` unless the schemas describe it exactly and the attacker may see it. */
export function readServerFrame(text: string, known: Known, secret: string): ServerFrame {
  if (text.includes(secret)) throw new Finding(`a secret leaked: ${text.slice(0, 500)}`);
  const json = parse(text);
  const parsed = serverFrame.safeParse(json);
  if (!parsed.success) throw new Finding(`no schema describes ${text.slice(0, 500)}`);
  // The parser drops unknown fields, which shortens the text. Comparing lengths is cheaper than comparing values.
  if (JSON.stringify(parsed.data).length !== text.length && !isDeepStrictEqual(parsed.data, json)) {
    throw new Finding(`unknown fields: ${text.slice(0, 500)}`);
  }
  const frame = parsed.data;
  const channel =
    'channel' in frame ? (typeof frame.channel === 'string' ? frame.channel : frame.channel?.id) : undefined;
  // The reply to a query about a foreign channel is an error, which names no channel.
  if (channel !== undefined && known.foreign.includes(channel)) {
    throw new Finding(`a frame of a foreign channel: ${text.slice(0, 500)}`);
  }
  return frame;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Finding(`the server sent invalid JSON: ${text.slice(0, 500)}`);
  }
}
