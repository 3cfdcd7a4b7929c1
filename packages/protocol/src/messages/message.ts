import { z } from 'zod';
import { messageId, userId } from '../ids.ts';
import { eventBase } from '../sync/event-base.ts';

/** A tombstone: what `sync` and `history` return for a deleted message. */
export const deletedContent = z.object({ id: messageId, deleted: z.literal(true) });

export const messageContent = z.object({
  id: messageId,
  body: z.string(),
  thread: messageId.optional(),
  attachments: z.array(z.string()).optional(),
  /** Members whose `@handle` was in the body when it was sent. */
  mentions: z.array(userId).optional(),
});

export const messageEvent = z.object({
  type: z.literal('message'),
  ...eventBase,
  message: z.union([messageContent, deletedContent]),
});

export type MessageContent = z.infer<typeof messageContent>;
export type DeletedContent = z.infer<typeof deletedContent>;
export type MessageEvent = z.infer<typeof messageEvent>;
