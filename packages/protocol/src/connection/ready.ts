import { z } from 'zod';
import { channelSummary } from '../channels/channel.ts';
import { timeMs, userId } from '../ids.ts';
import { user } from '../users/user.ts';

/** The first frame of a connection: the user, the server's limits, and the current state of every channel. */
export const readyFrame = z.object({
  type: z.literal('ready'),
  protocol: z.literal(1),
  /** Changes when the log was replaced: the client must drop its state. */
  epoch: z.string(),
  user,
  serverTime: timeMs,
  limits: z.object({ maxBodyChars: z.int(), maxFrameBytes: z.int() }),
  timers: z.object({ pingMs: z.int(), typingRepeatMs: z.int(), typingExpireMs: z.int(), sendTimeoutMs: z.int() }),
  channels: z.array(channelSummary),
  /** The connected partners of direct messages. */
  online: z.array(userId).optional(),
});

export type ReadyFrame = z.infer<typeof readyFrame>;
