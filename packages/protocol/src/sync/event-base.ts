import { channelId, seq, timeMs, userId } from '../ids.ts';

/** The fields of every log event: its channel, its position there, when it was stored, and its author. */
export const eventBase = { channel: channelId, seq, at: timeMs, by: userId };
