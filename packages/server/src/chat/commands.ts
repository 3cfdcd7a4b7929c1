import { ok, type ChannelId, type ChannelSummary, type ReadCommand } from '@parley/protocol';
import { readAsMember } from '#kernel/access.ts';
import type { Change } from '#kernel/change.ts';
import type { Log } from '#kernel/log.ts';
import { NO_CHANNEL, type Outcome } from '#kernel/outcome.ts';
import type { Bus, ConnectionId } from '#ports/bus.ts';
import type { Random } from '#ports/random.ts';
import type { Store } from '#ports/store.ts';
import { createChannel } from './channels/create-channel.ts';
import { joinGeneral } from './channels/join-general.ts';
import { addMember, join, leave, removeMember } from './channels/membership.ts';
import { rename } from './channels/rename.ts';
import type { Actor, Chat } from './chat.ts';
import { deleteMessage } from './messages/delete.ts';
import { edit } from './messages/edit.ts';
import { history } from './messages/history.ts';
import { send } from './messages/send.ts';
import { react } from './reactions/react.ts';
import { unreact } from './reactions/unreact.ts';
import { read } from './reading/read.ts';
import { RecentEvents } from './sync/recent-events-cache.ts';
import { sync } from './sync/sync.ts';

export interface ChatDeps {
  readonly log: Log;
  readonly store: Store;
  readonly bus: Bus;
  readonly random: Random;
}

const CHANNEL_ID_BITS = 96;

export function createChat(deps: ChatDeps): Chat {
  const { log, store, random } = deps;
  const recent = new RecentEvents();
  return {
    send: (actor, command) => log.append(send(actor, command)),
    edit: (actor, command) => log.append(edit(actor, command)),
    delete: (actor, command) => log.append(deleteMessage(actor, command)),
    react: (actor, command) => log.append(react(actor, command)),
    unreact: (actor, command) => log.append(unreact(actor, command)),
    read: (actor, command, from) => moveCursor(deps, { actor, command, from }),
    sync: (actor, command) => sync({ store, recent }, actor, command),
    history: (actor, command) => history(store, actor, command),
    isMember: (actor, channel) => store.isMember(channel, actor.user),
    heads: (actor) => heads(store, actor),

    listChannels: (actor) => store.listChannels(actor.user),
    createChannel: (actor, body) => {
      const id = `c_${random.token(CHANNEL_ID_BITS)}`;
      return thenSummary(deps, { actor, channel: id, change: createChannel(actor, id, body) });
    },
    updateChannel: (actor, channel, body) =>
      thenSummary(deps, { actor, channel, change: rename(actor, channel, body) }),
    join: (actor, channel) => thenSummary(deps, { actor, channel, change: join(actor, channel) }),
    leave: async (actor, channel) => withoutValue(await log.append(leave(actor, channel))),
    members: (actor, channel) => readAsMember(store, { actor, channel }, ({ id }) => store.memberIds(id)),
    addMember: async (actor, channel, user) => withoutValue(await log.append(addMember(actor, channel, user))),
    removeMember: async (actor, channel, user) => withoutValue(await log.append(removeMember(actor, channel, user))),
    joinGeneral: async (user) => {
      await log.append(joinGeneral(user));
    },
  };
}

/** Without those of a channel that was left while they were read. */
async function heads(store: Store, { user }: Actor): Promise<ReadonlyMap<ChannelId, number>> {
  const found = await store.heads(await store.channelIdsOf(user));
  const still = new Set(await store.channelIdsOf(user));
  return new Map([...found].filter(([channel]) => still.has(channel)));
}

function withoutValue(outcome: Outcome<unknown>): Outcome<null> {
  return outcome.ok ? ok(null) : outcome;
}

interface ChannelChange {
  readonly actor: Actor;
  readonly channel: ChannelId;
  readonly change: Change<unknown>;
}

/** Stores a change of a channel and answers the channel as the actor now sees it. */
async function thenSummary(deps: ChatDeps, request: ChannelChange): Promise<Outcome<ChannelSummary>> {
  const outcome = await deps.log.append(request.change);
  if (!outcome.ok) return outcome;
  const summary = await deps.store.summaryOf(request.channel, request.actor.user);
  return summary === null ? NO_CHANNEL : ok(summary);
}

interface CursorRequest {
  readonly actor: Actor;
  readonly command: Omit<ReadCommand, 'type' | 'ref'>;
  readonly from: ConnectionId | null;
}

/**
 * Moves the cursor, and tells the user's other connections what is left unread. Also when it stands there already: that
 * is how a client repeats a move whose answer was lost, perhaps with the news of it.
 */
async function moveCursor(deps: ChatDeps, { actor, command, from }: CursorRequest): Promise<Outcome<null>> {
  const outcome = await deps.log.append(read(actor, command));
  if (!outcome.ok) return outcome;
  if (outcome.value > command.seq) return ok(null);
  const summary = await deps.store.summaryOf(command.channel, actor.user);
  if (summary !== null) {
    const { readSeq: seq, unread, mentions, lastSeq } = summary;
    const { user } = actor;
    const cursor = { user, channel: command.channel, seq, unread, mentions, lastSeq, from };
    deps.bus.publish(`user.${user}`, { kind: 'cursor', ...cursor });
  }
  return ok(null);
}
