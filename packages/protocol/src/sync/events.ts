import { z } from 'zod';
import { channelId, position, ref } from '../ids.ts';
import { logEvent } from './log-event.ts';

/** The reply to `sync`. `more`: the page ends before `lastSeq`; request again after its last event. */
export const eventsFrame = z.object({
  type: z.literal('events'),
  ref,
  channel: channelId,
  events: z.array(logEvent),
  lastSeq: position,
  more: z.boolean(),
});

export type EventsFrame = z.infer<typeof eventsFrame>;
