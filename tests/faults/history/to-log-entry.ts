import type { LogEvent } from '@parley/protocol';
import type { Entry } from '../checker/records.ts';
import { digestText } from './digest-text.ts';

/** Converts an event of a channel's log to the record format of the checker. */
export function entryOf(event: LogEvent): Entry {
  const { seq } = event;
  switch (event.type) {
    case 'message': {
      const { message } = event;
      return { seq, kind: 'message', id: message.id, text: 'deleted' in message ? null : digestText(message.body) };
    }
    case 'edited':
      return { seq, kind: 'edited', id: event.id, text: event.deleted === true ? null : digestText(event.body) };
    case 'deleted':
      return { seq, kind: 'deleted', id: event.id, text: '' };
    case 'reacted':
    case 'unreacted':
    case 'joined':
    case 'left':
    case 'renamed':
      return { seq, kind: 'other', id: '', text: '' };
  }
}
