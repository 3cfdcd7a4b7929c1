import { z } from 'zod';
import { channelId, position, userId } from '../ids.ts';

export const CHANNEL_KINDS = ['public', 'private', 'dm'] as const;

/** A channel as one of its members sees it. */
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
  /** Those of them that mention this user. */
  mentions: z.int().nonnegative(),
  /** Only for direct messages: both members, or the one member of a note to oneself. */
  members: z.array(userId).optional(),
  memberCount: z.int().nonnegative().optional(),
  /** Who made it: they, the owner and admins may rename it and remove members. */
  createdBy: userId.optional(),
});

/** The user gained a channel. */
export const channelFrame = z.object({ type: z.literal('channel'), channel: channelSummary });

export type ChannelKind = (typeof CHANNEL_KINDS)[number];
export type ChannelSummary = z.infer<typeof channelSummary>;
export type ChannelFrame = z.infer<typeof channelFrame>;
