import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelId } from '@parley/protocol';
import type { RawClient } from '../raw-client.ts';

/** Grace period for signals without a seq: typing, presence, cursors. */
const EPHEMERAL_MS = 150;
/** Only ends a test that hangs. */
const HANG_MS = 30_000;

/**
 * On several nodes a reply may overtake earlier events of another node. `settle` of this client therefore waits until it has
 * received everything up to the heads in a `pong`, and a grace period for signals without a seq.
 */
export function waitUntilSubscribed(client: RawClient): RawClient {
  return {
    ...client,
    async settle() {
      await sleep(EPHEMERAL_MS);
      const pong = await client.ask({ type: 'ping' });
      const heads = pong.type === 'pong' ? Object.entries(pong.heads) : [];
      const deadline = performance.now() + HANG_MS;
      while (!heads.every(([channel, head]) => receivedUpTo(client, channel) >= head)) {
        if (performance.now() > deadline) throw new Error(`not everything arrived: ${JSON.stringify(heads)}`);
        await sleep(20);
      }
      await client.settle();
    },
  };
}

/** The seq up to which the client has a channel; infinite for a channel that it is not subscribed to. */
function receivedUpTo({ ready, frames }: RawClient, channel: ChannelId): number {
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
