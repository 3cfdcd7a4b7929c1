import type { ChannelId, MessageId } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { CommitScope } from '#ports/store.ts';

/** The scope of every change of one message. */
export function messageScope(actor: Actor, channel: ChannelId, id: MessageId): Partial<CommitScope> {
  return { channels: [channel], messages: [id], members: [{ channel, user: actor.user }] };
}
