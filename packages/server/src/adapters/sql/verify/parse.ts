import { logEvent, type LogEvent } from '@parley/protocol';
import type { Selectable } from 'kysely';
import type { EventsTable } from '../events.ts';

/** Null when no client would understand the event. */
export function parseEvent({ channel, seq, at, by, type, data }: Selectable<EventsTable>): LogEvent | null {
  const fields = parseObject(data);
  if (fields === null) return null;
  const parsed = logEvent.safeParse({ ...fields, channel, seq, at, by, type });
  return parsed.success ? parsed.data : null;
}

export function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
