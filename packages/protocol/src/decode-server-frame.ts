import type { ServerFrame, ServerFrameType } from './server-frame.ts';
import type { LogEvent, LogEventType } from './sync/log-event.ts';

type FieldKind = 'string' | 'number' | 'boolean' | 'object';

const event = { channel: 'string', seq: 'number', at: 'number', by: 'string' } as const;

export type Shape = Readonly<Record<string, FieldKind>>;

const LOG_EVENTS: Record<LogEventType, Shape> = {
  message: { ...event, message: 'object' },
  edited: { ...event, id: 'string', body: 'string' },
  deleted: { ...event, id: 'string' },
  reacted: { ...event, id: 'string', emoji: 'string' },
  unreacted: { ...event, id: 'string', emoji: 'string' },
  joined: { ...event, user: 'string' },
  left: { ...event, user: 'string' },
  renamed: { ...event, name: 'string', topic: 'string' },
};

/** The fields a client relies on, by frame. Small enough for the SDK's size budget, where the schemas are not. */
const SHAPES: Record<ServerFrameType, Shape> = {
  ...LOG_EVENTS,
  ready: {
    epoch: 'string',
    user: 'object',
    limits: 'object',
    timers: 'object',
    channels: 'object',
  },
  ok: { ref: 'number' },
  error: { code: 'string', message: 'string' },
  events: { ref: 'number', channel: 'string', events: 'object', lastSeq: 'number', more: 'boolean' },
  reset: { ref: 'number', channel: 'string' },
  messages: { ref: 'number', channel: 'string', messages: 'object', asOf: 'number', more: 'boolean' },
  pong: { ref: 'number', heads: 'object' },
  typing: { channel: 'string', user: 'string', on: 'boolean' },
  channel: { channel: 'object' },
  removed: { channel: 'string' },
  read: { channel: 'string', seq: 'number', unread: 'number', mentions: 'number' },
  user: { user: 'object' },
  presence: { user: 'string', state: 'string' },
};

/**
 * Decodes a text frame of the server. Null for what a client must ignore: unknown types, and frames without the
 * fields their type promises. Never throws. A client trusts its server beyond that; fields it does not know stay.
 */
export function decodeServerFrame(text: string): ServerFrame | null {
  const frame = parseRecord(text);
  const type = frame?.['type'];
  if (frame === null || typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) return null;
  return hasShape(frame, SHAPES[type as ServerFrameType]) ? (frame as ServerFrame) : null;
}

/** The object that `text` is as JSON; null for anything else. */
export function parseRecord(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** It has all of these fields; it may have more. */
export function hasShape(record: Record<string, unknown>, shape: Shape): boolean {
  return Object.entries(shape).every(([field, kind]) => typeof record[field] === kind && record[field] !== null);
}

export function isLogEvent(frame: ServerFrame): frame is LogEvent {
  return Object.hasOwn(LOG_EVENTS, frame.type);
}
