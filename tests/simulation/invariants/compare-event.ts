import type { LogEvent } from '@parley/protocol';
import type { Oracle } from '../oracle/oracle.ts';

const texts = new WeakMap<LogEvent, string>();

/** Compares an event with the stored one. `whole` includes the text, even if the message was deleted since. */
export function compareEvent(oracle: Oracle, event: LogEvent): 'whole' | 'without text' | 'no' {
  const stored = oracle.channels.get(event.channel)?.log[event.seq - 1];
  if (stored === undefined) return 'no';
  if (JSON.stringify(event) === textOf(stored)) return 'whole';
  return JSON.stringify(event) === JSON.stringify(withoutText(stored)) ? 'without text' : 'no';
}

/** When the text of the event's message was erased. Null if it was not, and for events without a text. */
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
