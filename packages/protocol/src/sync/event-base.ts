import { channelId, seq, timeMs, userId } from '../ids.ts';

/** What every log event carries: its channel, its place there, when it was stored, and who did it. */
export const eventBase = { channel: channelId, seq, at: timeMs, by: userId };
