import { z } from 'zod';
import { joinedEvent } from '../channels/joined.ts';
import { leftEvent } from '../channels/left.ts';
import { renamedEvent } from '../channels/renamed.ts';
import { deletedEvent } from '../messages/deleted.ts';
import { editedEvent } from '../messages/edited.ts';
import { messageEvent } from '../messages/message.ts';
import { reactedEvent } from '../reactions/reacted.ts';
import { unreactedEvent } from '../reactions/unreacted.ts';

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
/** The event of each type: `LogEventByType['edited']` is an `EditedEvent`. */
export type LogEventByType = { readonly [T in LogEventType]: Extract<LogEvent, { type: T }> };
