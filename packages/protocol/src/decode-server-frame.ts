import type { LogEvent, LogEventType } from './events/log-event.ts';
import type { ServerFrame, ServerFrameType } from './server-frame.ts';

type FieldKind = 'string' | 'number' | 'boolean' | 'object';

const event = { channel: 'string', seq: 'number', at: 'number', by: 'string' } as const;

/** The fields a client relies on, by frame. Small enough for the SDK's size budget, where the schemas are not. */
const SHAPES: Record<ServerFrameType, Readonly<Record<string, FieldKind>>> = {
  message: { ...event, message: 'object' },
  edited: { ...event, id: 'string', body: 'string' },
  deleted: { ...event, id: 'string' },
  reacted: { ...event, id: 'string', emoji: 'string' },
  unreacted: { ...event, id: 'string', emoji: 'string' },
  joined: { ...event, user: 'string' },
  left: { ...event, user: 'string' },
  renamed: { ...event, name: 'string', topic: 'string' },
  ready: {
    epoch: 'string',
    user: 'object',
    serverTime: 'number',
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

const LOG_EVENT_TYPES: ReadonlySet<string> = new Set<LogEventType>([
  'message',
  'edited',
  'deleted',
  'reacted',
  'unreacted',
  'joined',
  'left',
  'renamed',
]);

/**
 * Decodes a text frame of the server. Null for what a client must ignore: unknown types, and frames without the
 * fields their type promises. Never throws. A client trusts its server beyond that; fields it does not know stay.
 */
export function decodeServerFrame(text: string): ServerFrame | null {
  try {
    const frame = JSON.parse(text) as Record<string, unknown> | null;
    if (typeof frame !== 'object' || frame === null || typeof frame['type'] !== 'string') return null;
    if (!Object.hasOwn(SHAPES, frame['type'])) return null;
    const shape = SHAPES[frame['type'] as ServerFrameType];
    const complete = Object.entries(shape).every(
      ([field, kind]) => typeof frame[field] === kind && frame[field] !== null,
    );
    return complete ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}

export function isLogEvent(frame: ServerFrame): frame is LogEvent {
  return LOG_EVENT_TYPES.has(frame.type);
}
