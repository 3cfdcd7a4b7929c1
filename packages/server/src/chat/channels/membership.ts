import { ok, type ChannelId, type UserId } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Change } from '#kernel/change.ts';
import { refuse } from '#kernel/outcome.ts';
import { channelToInviteTo, channelToJoin, channelToLeave, channelToManage } from './channel-access.ts';
import { GENERAL } from './general.ts';

/** Joins a public channel. */
export function join(actor: Actor, channel: ChannelId): Change<null> {
  return {
    scope: { channels: [channel], members: [{ channel, user: actor.user }] },
    decide: (ledger) => {
      if (ledger.findMember(channel, actor.user) !== null) return ok(null);
      const found = channelToJoin(ledger, channel);
      if (!found.ok) return found;
      ledger.append(channel, actor.user, { type: 'joined', user: actor.user });
      return ok(null);
    },
  };
}

/** Leaves a channel. */
export function leave(actor: Actor, channel: ChannelId): Change<null> {
  return {
    scope: { channels: [channel], members: [{ channel, user: actor.user }] },
    decide: (ledger) => {
      const found = channelToLeave(ledger, actor, channel);
      if (!found.ok) return found;
      ledger.append(channel, actor.user, { type: 'left', user: actor.user });
      return ok(null);
    },
  };
}

/** Adds a user to a channel. */
export function addMember(actor: Actor, channel: ChannelId, user: UserId): Change<null> {
  return {
    scope: {
      channels: [channel],
      members: [actor.user, user].map((member) => ({ channel, user: member })),
      users: [user],
    },
    decide: (ledger) => {
      const found = channelToInviteTo(ledger, actor, channel);
      if (!found.ok) return found;
      if (!ledger.hasUser(user)) return refuse('not_found', 'no such user');
      if (ledger.findMember(channel, user) !== null) return ok(null);
      ledger.append(channel, actor.user, { type: 'joined', user });
      return ok(null);
    },
  };
}

/** Removes a user from a channel. Removing oneself is leaving. */
export function removeMember(actor: Actor, channel: ChannelId, user: UserId): Change<null> {
  if (user === actor.user) return leave(actor, channel);
  return {
    scope: { channels: [channel], members: [actor.user, user].map((member) => ({ channel, user: member })) },
    decide: (ledger) => {
      const found = channelToManage(ledger, actor, channel);
      if (!found.ok) return found;
      if (channel === GENERAL) return refuse('forbidden', 'everyone is in this channel');
      if (ledger.findMember(channel, user) === null) return ok(null);
      ledger.append(channel, actor.user, { type: 'left', user });
      return ok(null);
    },
  };
}
