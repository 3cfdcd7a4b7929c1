import type { ChannelId, PongFrame } from '@parley/protocol';

/**
 * The channels that only one side knows: the user was added to them or removed from them, and the frame about it has not
 * arrived. After one pong it may still be on its way; a channel that differs in two pongs in a row has lost its frame.
 */
export function mismatchedChannels(
  known: ReadonlyMap<ChannelId, unknown>,
  heads: PongFrame['heads'],
): ReadonlySet<ChannelId> {
  const ids = [...known.keys(), ...Object.keys(heads)];
  return new Set(ids.filter((id) => known.has(id) !== Object.hasOwn(heads, id)));
}
