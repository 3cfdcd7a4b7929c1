import { ok, type ChannelId, type ChannelSummary, type CreateChannelBody, type UserId } from '@parley/protocol';
import { readAsMember } from '#kernel/access.ts';
import type { Actor } from '#kernel/actor.ts';
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
import { deleteMessage } from './messages/delete.ts';
import { edit } from './messages/edit.ts';
import { history, type HistoryQuery } from './messages/history.ts';
import { send } from './messages/send.ts';
import { react } from './reactions/react.ts';
import { unreact } from './reactions/unreact.ts';
import { moveCursor } from './reading/move-cursor.ts';
import type { ReadPosition } from './reading/read.ts';
import { heads } from './sync/heads.ts';
import { RecentEvents } from './sync/recent-events-cache.ts';
import { sync, type SyncQuery } from './sync/sync.ts';

export interface ChatDeps {
  readonly log: Log;
  readonly store: Store;
  readonly bus: Bus;
  readonly random: Random;
}

/**
 * Everything that a client can ask of Parley. The gateway and the HTTP routes both call it.
 * Refusals are values. A call rejects only with `StoreUnavailable`, or because of a bug.
 */
export type Chat = ReturnType<typeof createChat>;

const CHANNEL_ID_BITS = 96;

/** Builds the table of commands and queries. The file of each has its scope and its rule. */
export function createChat(deps: ChatDeps) {
  const { log, store, random } = deps;
  const recent = new RecentEvents();
  const create = thenSummary(deps, createChannel);
  return {
    send: logged(log, send),
    edit: logged(log, edit),
    delete: logged(log, deleteMessage),
    react: logged(log, react),
    unreact: logged(log, unreact),
    history: (actor: Actor, query: HistoryQuery) => history(store, actor, query),

    /** `from` is the connection that asks, if any: the user's other connections are sent the moved cursor. */
    read: (actor: Actor, position: ReadPosition, from: ConnectionId | null) =>
      moveCursor(deps, { actor, position, from }),
    sync: (actor: Actor, query: SyncQuery) => sync({ store, recent }, actor, query),
    heads: (actor: Actor) => heads(store, actor),

    listChannels: (actor: Actor) => store.listChannels(actor.user),
    /** `conflict` when a public channel has that name. */
    createChannel: (actor: Actor, body: CreateChannelBody) => create(actor, `c_${random.token(CHANNEL_ID_BITS)}`, body),
    updateChannel: thenSummary(deps, rename),

    isMember: (actor: Actor, channel: ChannelId) => store.isMember(channel, actor.user),
    members: (actor: Actor, channel: ChannelId) =>
      readAsMember(store, { actor, channel }, ({ id }) => store.memberIds(id)),
    /** Public channels only. Repeating it changes nothing. */
    join: thenSummary(deps, join),
    /** `forbidden` for #general and direct messages. */
    leave: logged(log, leave),
    addMember: logged(log, addMember),
    removeMember: logged(log, removeMember),
    /** Makes the user a member of #general. Repeating it changes nothing. */
    joinGeneral: async (user: UserId): Promise<void> => {
      await log.append(joinGeneral(user));
    },
  };
}

function logged<Args extends readonly unknown[], T>(log: Log, command: (...args: Args) => Change<T>) {
  return (...args: Args): Promise<Outcome<T>> => log.append(command(...args));
}

/** Stores a change of a channel and returns the channel as the actor then sees it. */
function thenSummary<Args extends readonly unknown[]>(
  { log, store }: ChatDeps,
  command: (actor: Actor, channel: ChannelId, ...args: Args) => Change<unknown>,
) {
  return async (actor: Actor, channel: ChannelId, ...args: Args): Promise<Outcome<ChannelSummary>> => {
    const outcome = await log.append(command(actor, channel, ...args));
    if (!outcome.ok) return outcome;
    const summary = await store.summaryOf(channel, actor.user);
    return summary === null ? NO_CHANNEL : ok(summary);
  };
}
