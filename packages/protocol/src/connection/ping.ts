import { z } from 'zod';
import { ref } from '../ids.ts';

/** Checks that the connection works. The reply is `pong` with the heads of the channels. */
export const ping = z.strictObject({ type: z.literal('ping'), ref });

export type Ping = z.infer<typeof ping>;
