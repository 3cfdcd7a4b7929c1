import { z } from 'zod';
import { deletedEvent } from './events/deleted.ts';
import { editedEvent } from './events/edited.ts';
import { joinedEvent } from './events/joined.ts';
import { leftEvent } from './events/left.ts';
import { messageEvent } from './events/message.ts';
import { reactedEvent } from './events/reacted.ts';
import { renamedEvent } from './events/renamed.ts';
import { unreactedEvent } from './events/unreacted.ts';
import { channelFrame } from './frames/channel.ts';
import { errorFrame } from './frames/error.ts';
import { eventsFrame } from './frames/events.ts';
import { messagesFrame } from './frames/messages.ts';
import { okFrame } from './frames/ok.ts';
import { pongFrame } from './frames/pong.ts';
import { presenceFrame } from './frames/presence.ts';
import { readFrame } from './frames/read.ts';
import { readyFrame } from './frames/ready.ts';
import { removedFrame } from './frames/removed.ts';
import { resetFrame } from './frames/reset.ts';
import { typingFrame } from './frames/typing.ts';
import { userFrame } from './frames/user.ts';

/** Everything the server may say, discriminated by `type`: log events as they happen, replies, private and ephemeral frames. */
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
