import type { ChannelId, MessageId } from '@parley/protocol';
import type { CommitScope } from '#ports/store.ts';
import type { Actor } from '../chat.ts';

/** What every change of one message must look at. */
export function messageScope(actor: Actor, channel: ChannelId, id: MessageId): Partial<CommitScope> {
  return { channels: [channel], messages: [id], members: [{ channel, user: actor.user }] };
}
