import { ok, type ChannelId, type UpdateChannelBody } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Change } from '#kernel/change.ts';
import { refuse } from '#kernel/outcome.ts';
import { channelToManage } from './channel-access.ts';

/** Changes a channel's name, topic or both. */
export function rename(actor: Actor, channel: ChannelId, body: UpdateChannelBody): Change<null> {
  return {
    scope: {
      channels: [channel],
      members: [{ channel, user: actor.user }],
      publicNames: body.name === undefined ? [] : [body.name.toLowerCase()],
    },
    decide: (ledger) => {
      const found = channelToManage(ledger, actor, channel);
      if (!found.ok) return found;
      const { name = found.value.name, topic = found.value.topic } = body;
      if (name === found.value.name && topic === found.value.topic) return ok(null);
      const holder = ledger.findPublicName(name.toLowerCase());
      if (found.value.kind === 'public' && holder !== null && holder !== channel) {
        return refuse('conflict', 'a channel has that name');
      }
      ledger.append(channel, actor.user, { type: 'renamed', name, topic });
      return ok(null);
    },
  };
}
