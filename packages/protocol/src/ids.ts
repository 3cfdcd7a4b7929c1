import { z } from 'zod';

/** One device or tab. A label, never a credential. */
export const CLIENT_ID_PATTERN = /^[A-Za-z0-9_-]{8,64}$/;

const opaqueId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/);

export const userId = opaqueId;
export const channelId = opaqueId;
/** The sender's UUID, any version. Opaque: it is returned unchanged, and case matters. */
export const messageId = z.guid();
/** Chosen by the client, unique among its pending requests on one connection. */
export const ref = z.int().positive();
/** A position in a channel's log: 1, 2, 3 … */
export const seq = z.int().positive();
/** A position in a channel's log, or 0 for "before the first event". */
export const position = z.int().nonnegative();
/** Milliseconds since the epoch, UTC, set by the server. */
export const timeMs = z.int().nonnegative();

export type UserId = z.infer<typeof userId>;
export type ChannelId = z.infer<typeof channelId>;
export type MessageId = z.infer<typeof messageId>;
