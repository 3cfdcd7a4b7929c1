import { ok, type ChannelId, type CreateChannelBody } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Change } from '#kernel/change.ts';
import { refuse } from '#kernel/outcome.ts';

/**
 * Creates a channel with the actor as its first member. Only public names are unique: a conflict with the name of a private
 * channel would reveal that it exists.
 */
export function createChannel(actor: Actor, id: ChannelId, body: CreateChannelBody): Change<ChannelId> {
  const { name, kind, topic = '' } = body;
  return {
    scope: { channels: [id], publicNames: kind === 'public' ? [name.toLowerCase()] : [] },
    decide: (ledger) => {
      if (ledger.findChannel(id) !== null) return ok(id);
      if (kind === 'public' && ledger.findPublicName(name.toLowerCase()) !== null) {
        return refuse('conflict', 'a channel has that name');
      }
      ledger.create({ id, kind, name, topic, createdBy: actor.user, createdAt: ledger.at });
      ledger.append(id, actor.user, { type: 'joined', user: actor.user });
      return ok(id);
    },
  };
}
