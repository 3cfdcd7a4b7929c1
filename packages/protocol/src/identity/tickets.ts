import { z } from 'zod';
import { timeMs } from '../ids.ts';

/** `POST /tickets`: a ticket authenticates its user once, within 60 s, in `?token=`. */
export const ticketReply = z.object({ ticket: z.string(), expiresAt: timeMs });

export type TicketReply = z.infer<typeof ticketReply>;
