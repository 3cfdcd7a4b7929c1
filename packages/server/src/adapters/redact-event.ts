import type { LogEvent, MessageId } from '@parley/protocol';

/** Returns the event without its text when it is about the deleted message `id`. */
export function redactText(event: LogEvent, id: MessageId): LogEvent {
  if (event.type === 'message' && event.message.id === id) return { ...event, message: { id, deleted: true } };
  if (event.type === 'edited' && event.id === id) return { ...event, body: '', deleted: true };
  return event;
}
