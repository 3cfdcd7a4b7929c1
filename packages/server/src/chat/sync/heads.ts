import type { ChannelId } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Store } from '#ports/store.ts';

/** The last seq of each of the actor's channels, without channels that the actor left during the read. */
export async function heads(
  store: Pick<Store, 'channelIdsOf' | 'heads'>,
  { user }: Actor,
): Promise<ReadonlyMap<ChannelId, number>> {
  const found = await store.heads(await store.channelIdsOf(user));
  const current = new Set(await store.channelIdsOf(user));
  return new Map([...found].filter(([channel]) => current.has(channel)));
}
