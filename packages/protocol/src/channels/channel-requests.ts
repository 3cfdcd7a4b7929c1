import { z } from 'zod';
import { channelId, messageId, position, seq, timeMs, userId } from '../ids.ts';
import { MAX_HISTORY_MESSAGES } from '../limits.ts';
import { atMostOneAnchor } from '../messages/anchor.ts';
import { body, channelName, topic } from '../messages/text.ts';
import { user } from '../users/user.ts';
import { CHANNEL_KINDS, channelSummary } from './channel.ts';

/** A channel that the user may join, or is a member of. */
export const listedChannel = z.object({
  id: channelId,
  kind: z.enum(CHANNEL_KINDS),
  name: z.string(),
  topic: z.string(),
  memberCount: z.int().nonnegative(),
  joined: z.boolean(),
  /** Only for direct messages. */
  members: z.array(userId).optional(),
});

export const channelList = z.object({ channels: z.array(listedChannel) });
export const channelReply = z.object({ channel: channelSummary });
export const memberList = z.object({ members: z.array(user) });

export const createChannelBody = z.strictObject({
  name: channelName,
  kind: z.enum(['public', 'private']),
  topic: topic.optional(),
});
export const updateChannelBody = z
  .strictObject({ name: channelName.optional(), topic: topic.optional() })
  .refine(({ name, topic: newTopic }) => name !== undefined || newTopic !== undefined, 'requires a name or a topic');
export const addMemberBody = z.strictObject({ user: userId });
export const postMessageBody = z.strictObject({ id: messageId, body, thread: messageId.optional() });
/** The same fields as the `ok` of `send`. */
export const postMessageReply = z.object({ channel: channelId, seq, at: timeMs });
/** Query of `GET /channels/:id/messages`. */
export const messagesQuery = z
  .object({
    before: z.coerce.number().pipe(seq).optional(),
    after: z.coerce.number().pipe(position).optional(),
    around: z.coerce.number().pipe(position).optional(),
    limit: z.coerce.number().pipe(z.int().min(1).max(MAX_HISTORY_MESSAGES)).optional(),
  })
  .refine(...atMostOneAnchor);

export type ListedChannel = z.infer<typeof listedChannel>;
export type ChannelList = z.infer<typeof channelList>;
export type ChannelReply = z.infer<typeof channelReply>;
export type MemberList = z.infer<typeof memberList>;
export type CreateChannelBody = z.infer<typeof createChannelBody>;
export type UpdateChannelBody = z.infer<typeof updateChannelBody>;
export type PostMessageBody = z.infer<typeof postMessageBody>;
export type PostMessageReply = z.infer<typeof postMessageReply>;
