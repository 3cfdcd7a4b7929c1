import type { LogEvent } from '@parley/protocol';
import type { Oracle } from '../oracle/oracle.ts';

const texts = new WeakMap<LogEvent, string>();

/** Is this the event that was stored? `whole`: with its text, also when the message was deleted since. */
export function compareEvent(oracle: Oracle, told: LogEvent): 'whole' | 'without text' | 'no' {
  const stored = oracle.channels.get(told.channel)?.log[told.seq - 1];
  if (stored === undefined) return 'no';
  if (JSON.stringify(told) === textOf(stored)) return 'whole';
  return JSON.stringify(told) === JSON.stringify(withoutText(stored)) ? 'without text' : 'no';
}

/** When the text of the event's message was wiped out; null while it stands, and for events without one. */
export function wipedAtMs(oracle: Oracle, event: LogEvent): number | null {
  const id = event.type === 'message' ? event.message.id : event.type === 'edited' ? event.id : null;
  return id === null ? null : (oracle.messages.get(id)?.deleted?.atMs ?? null);
}

function withoutText(event: LogEvent): LogEvent {
  if (event.type === 'message') return { ...event, message: { id: event.message.id, deleted: true } };
  return event.type === 'edited' ? { ...event, body: '', deleted: true } : event;
}

function textOf(event: LogEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = JSON.stringify(event);
  texts.set(event, text);
  return text;
}
