import { z } from 'zod';
import { ref } from '../ids.ts';

/** Asks for a sign of life. Answered by `pong` with the heads of the channels. */
export const ping = z.strictObject({ type: z.literal('ping'), ref });

export type Ping = z.infer<typeof ping>;
