import { z } from 'zod';
import { channelId, messageId, position, ref, seq, timeMs, userId } from '../ids.ts';

export const reaction = z.object({ emoji: z.string(), users: z.array(userId) });

/** A message in its current state. A deleted one is a tombstone: `deleted` is set and `body` is absent. */
export const messageView = z.object({
  id: messageId,
  /** The seq of its `message` event. */
  seq,
  at: timeMs,
  by: userId,
  body: z.string().optional(),
  editedAt: timeMs.optional(),
  deleted: z.literal(true).optional(),
  thread: messageId.optional(),
  attachments: z.array(z.string()).optional(),
  mentions: z.array(userId).optional(),
  /** In the order of each emoji's first use; an emoji keeps its position while a user uses it. */
  reactions: z.array(reaction).optional(),
});

/** A range of a channel's messages, oldest first, as of log position `asOf`. */
export const messagePage = z.object({
  channel: channelId,
  messages: z.array(messageView),
  asOf: position,
  /** Older messages exist. */
  more: z.boolean(),
  /** Newer messages exist. */
  moreAfter: z.boolean().optional(),
});

/** The reply to `history`. */
export const messagesFrame = z.object({ type: z.literal('messages'), ref, ...messagePage.shape });

export type Reaction = z.infer<typeof reaction>;
export type MessageView = z.infer<typeof messageView>;
export type MessagePage = z.infer<typeof messagePage>;
export type MessagesFrame = z.infer<typeof messagesFrame>;
