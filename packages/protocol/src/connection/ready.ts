import { z } from 'zod';
import { channelSummary } from '../channels/channel.ts';
import { timeMs, userId } from '../ids.ts';
import { user } from '../users/user.ts';

/** The first frame of a connection: who one is, the server's limits, and every channel as of now. */
export const readyFrame = z.object({
  type: z.literal('ready'),
  protocol: z.literal(1),
  /** Changes when the log's history can no longer be trusted: drop what you hold. */
  epoch: z.string(),
  user,
  serverTime: timeMs,
  limits: z.object({ maxBodyChars: z.int(), maxFrameBytes: z.int() }),
  timers: z.object({ pingMs: z.int(), typingRepeatMs: z.int(), typingExpireMs: z.int(), sendTimeoutMs: z.int() }),
  channels: z.array(channelSummary),
  /** Partners in direct messages who are connected. */
  online: z.array(userId).optional(),
});

export type ReadyFrame = z.infer<typeof readyFrame>;
