import { z } from 'zod';
import { deletedEvent } from './deleted.ts';
import { editedEvent } from './edited.ts';
import { joinedEvent } from './joined.ts';
import { leftEvent } from './left.ts';
import { messageEvent } from './message.ts';
import { reactedEvent } from './reacted.ts';
import { renamedEvent } from './renamed.ts';
import { unreactedEvent } from './unreacted.ts';

/** Every durable change of a channel, discriminated by `type`. */
export const logEvent = z.discriminatedUnion('type', [
  messageEvent,
  editedEvent,
  deletedEvent,
  reactedEvent,
  unreactedEvent,
  joinedEvent,
  leftEvent,
  renamedEvent,
]);

export type LogEvent = z.infer<typeof logEvent>;
export type LogEventType = LogEvent['type'];
