import { z } from 'zod';
import { channelId, position, ref } from '../ids.ts';

/** Moves the user's read cursor forward to `seq`. An older or equal position changes nothing; one beyond the head means the head. */
export const readCommand = z.strictObject({
  type: z.literal('read'),
  ref: ref.optional(),
  channel: channelId,
  seq: position,
});

export type ReadCommand = z.infer<typeof readCommand>;
