import { z } from 'zod';
import { channelId, position, ref, timeMs } from '../ids.ts';

/** The command with this `ref` is durable. `seq` and `at` are those of its event; for a `send` with `to`, `channel` is its channel. */
export const okFrame = z.object({
  type: z.literal('ok'),
  ref,
  channel: channelId.optional(),
  seq: position.optional(),
  at: timeMs.optional(),
});

export type OkFrame = z.infer<typeof okFrame>;
