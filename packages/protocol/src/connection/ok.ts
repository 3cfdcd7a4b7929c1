import { z } from 'zod';
import { channelId, position, ref, timeMs } from '../ids.ts';

/** The command with this `ref` is durable. `seq` and `at` are those of its event, `channel` tells a `send` with `to` where it went. */
export const okFrame = z.object({
  type: z.literal('ok'),
  ref,
  channel: channelId.optional(),
  seq: position.optional(),
  at: timeMs.optional(),
});

export type OkFrame = z.infer<typeof okFrame>;
