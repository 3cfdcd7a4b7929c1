import type { LogEvent, MessageId } from '@parley/protocol';

/** What the log serves of an event about a message that was deleted: the text is in none of them. */
export function redactText(event: LogEvent, id: MessageId): LogEvent {
  if (event.type === 'message' && event.message.id === id) return { ...event, message: { id, deleted: true } };
  if (event.type === 'edited' && event.id === id) return { ...event, body: '', deleted: true };
  return event;
}
