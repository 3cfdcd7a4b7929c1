import { z } from 'zod';
import { channelId, position, userId } from '../ids.ts';

export const CHANNEL_KINDS = ['public', 'private', 'dm'] as const;

/** A channel from the view of one member. */
export const channelSummary = z.object({
  id: channelId,
  kind: z.enum(CHANNEL_KINDS),
  /** Empty for a direct message: the client names it after the other member. */
  name: z.string(),
  topic: z.string(),
  lastSeq: position,
  readSeq: position,
  /** Others' messages after `readSeq`, tombstones included, at most `MAX_COUNTED_UNREAD`. */
  unread: z.int().nonnegative(),
  /** Those of the unread messages that mention this user. */
  mentions: z.int().nonnegative(),
  /** Only for direct messages: both members, or the only member of a note to oneself. */
  members: z.array(userId).optional(),
  memberCount: z.int().nonnegative().optional(),
  /** The creator, who may rename the channel and remove members, like the owner and admins. */
  createdBy: userId.optional(),
});

/** The user became a member of a channel. */
export const channelFrame = z.object({ type: z.literal('channel'), channel: channelSummary });

export type ChannelKind = (typeof CHANNEL_KINDS)[number];
export type ChannelSummary = z.infer<typeof channelSummary>;
export type ChannelFrame = z.infer<typeof channelFrame>;
