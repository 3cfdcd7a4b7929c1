import type { ServerFrame, ServerFrameType } from './server-frame.ts';
import type { LogEvent, LogEventType } from './sync/log-event.ts';

/** An example of the fields that a record must have: each with a value of the same type as here. It may have more. */
export type Shape = Readonly<Record<string, string | number | boolean | object>>;

const event = { channel: '', seq: 0, at: 0, by: '' } as const;

const LOG_EVENTS: Record<LogEventType, Shape> = {
  message: { ...event, message: {} },
  edited: { ...event, id: '', body: '' },
  deleted: { ...event, id: '' },
  reacted: { ...event, id: '', emoji: '' },
  unreacted: { ...event, id: '', emoji: '' },
  joined: { ...event, user: '' },
  left: { ...event, user: '' },
  renamed: { ...event, name: '', topic: '' },
};

/** The fields that a client relies on, by frame type. The schemas would exceed the SDK's size budget. */
const SHAPES: Record<ServerFrameType, Shape> = {
  ...LOG_EVENTS,
  ready: { epoch: '', user: {}, limits: {}, timers: {}, channels: [] },
  ok: { ref: 0 },
  error: { code: '', message: '' },
  events: { ref: 0, channel: '', events: [], lastSeq: 0, more: true },
  reset: { ref: 0, channel: '' },
  messages: { ref: 0, channel: '', messages: [], asOf: 0, more: true },
  pong: { ref: 0, heads: {} },
  typing: { channel: '', user: '', on: true },
  channel: { channel: {} },
  removed: { channel: '' },
  read: { channel: '', seq: 0, unread: 0, mentions: 0 },
  user: { user: {} },
  presence: { user: '', state: '' },
};

/**
 * Decodes a text frame of the server. Returns null for frames that a client must ignore: unknown types, and frames
 * without the fields of their type. Never throws. A client trusts its server beyond that; unknown fields are kept.
 */
export function decodeServerFrame(text: string): ServerFrame | null {
  const frame = parseRecord(text);
  const type = frame?.['type'];
  if (frame === null || typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null;
  return hasShape(frame, SHAPES[type as ServerFrameType]) ? (frame as ServerFrame) : null;
}

/** Parses a JSON object; null for anything else. */
export function parseRecord(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

export function hasShape(record: Record<string, unknown>, shape: Shape): boolean {
  return Object.entries(shape).every(
    ([field, example]) => typeof record[field] === typeof example && record[field] !== null,
  );
}

export function isLogEvent(frame: ServerFrame): frame is LogEvent {
  return Object.hasOwn(LOG_EVENTS, frame.type);
}
