import { z } from 'zod';
import { channelFrame } from './channels/channel.ts';
import { joinedEvent } from './channels/joined.ts';
import { leftEvent } from './channels/left.ts';
import { removedFrame } from './channels/removed.ts';
import { renamedEvent } from './channels/renamed.ts';
import { errorFrame } from './connection/error.ts';
import { okFrame } from './connection/ok.ts';
import { pongFrame } from './connection/pong.ts';
import { readyFrame } from './connection/ready.ts';
import { deletedEvent } from './messages/deleted.ts';
import { editedEvent } from './messages/edited.ts';
import { messageEvent } from './messages/message.ts';
import { messagesFrame } from './messages/messages.ts';
import { presenceFrame } from './presence/presence.ts';
import { reactedEvent } from './reactions/reacted.ts';
import { unreactedEvent } from './reactions/unreacted.ts';
import { readFrame } from './reading/read-frame.ts';
import { eventsFrame } from './sync/events.ts';
import { resetFrame } from './sync/reset.ts';
import { typingFrame } from './typing/typing-frame.ts';
import { userFrame } from './users/user.ts';

/** Every frame of the server, discriminated by `type`: live log events, replies, private and ephemeral frames. */
export const serverFrame = z.discriminatedUnion('type', [
  messageEvent,
  editedEvent,
  deletedEvent,
  reactedEvent,
  unreactedEvent,
  joinedEvent,
  leftEvent,
  renamedEvent,
  readyFrame,
  okFrame,
  errorFrame,
  eventsFrame,
  resetFrame,
  messagesFrame,
  pongFrame,
  typingFrame,
  channelFrame,
  removedFrame,
  readFrame,
  userFrame,
  presenceFrame,
]);

export type ServerFrame = z.infer<typeof serverFrame>;
export type ServerFrameType = ServerFrame['type'];
/** A frame that replies to a command, by its `ref`. */
export type Reply = Extract<ServerFrame, { readonly type: 'ok' | 'error' | 'events' | 'reset' | 'messages' | 'pong' }>;
