import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelId } from '@parley/protocol';
import type { RawClient } from '../raw-client.ts';

/** For what has no number: typing, presence, cursors. */
const PASSING_MS = 150;
/** Only ends a test that hangs. */
const HANG_MS = 30_000;

/**
 * On several nodes an answer may overtake what another node did before. This client has settled once it has heard
 * everything up to the heads that `pong` tells, and a while has passed.
 */
export function waitUntilSubscribed(client: RawClient): RawClient {
  return {
    ...client,
    async settle() {
      await sleep(PASSING_MS);
      const pong = await client.ask({ type: 'ping' });
      const heads = pong.type === 'pong' ? Object.entries(pong.heads) : [];
      const deadline = performance.now() + HANG_MS;
      while (!heads.every(([channel, head]) => heardUpTo(client, channel) >= head)) {
        if (performance.now() > deadline) throw new Error(`not everything arrived: ${JSON.stringify(heads)}`);
        await sleep(20);
      }
      await client.settle();
    },
  };
}

/** A channel that it was never told of needs nothing more. */
function heardUpTo({ ready, frames }: RawClient, channel: ChannelId): number {
  let upTo = ready.channels.find(({ id }) => id === channel)?.lastSeq ?? Number.POSITIVE_INFINITY;
  for (const frame of frames) {
    if (frame.type === 'channel' && frame.channel.id === channel) upTo = frame.channel.lastSeq;
    if (frame.type === 'removed' && frame.channel === channel) upTo = Number.POSITIVE_INFINITY;
    if ('seq' in frame && 'channel' in frame && frame.channel === channel && 'by' in frame) {
      upTo = Math.max(upTo, frame.seq);
    }
  }
  return upTo;
}
