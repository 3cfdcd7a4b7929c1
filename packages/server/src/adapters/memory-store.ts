import { MAX_COUNTED_UNREAD, type ChannelId, type ChannelSummary, type UserId } from '@parley/protocol';
import { channelSummary } from '#ports/channel-summary.ts';
import type { Clock } from '#ports/clock.ts';
import type { Random } from '#ports/random.ts';
import {
  StoreUnavailable,
  type EventPage,
  type MemberState,
  type MembershipDigest,
  type MessageQuery,
  type Store,
} from '#ports/store.ts';
import { listedChannel, MAX_SCANNED_UNREAD, nameKey } from './channel-summary.ts';
import { apply } from './memory/apply.ts';
import { compareText } from './memory/compare.ts';
import { load } from './memory/load.ts';
import { createMemoryUsers, type MemoryUsers } from './memory/memory-users.ts';
import { emptyTables, type Tables } from './memory/tables.ts';
import { cutPage, pageView, planPage, type StoredMessage } from './message-page.ts';
import { systemClock } from './system-clock.ts';

/** The store and the users in plain Maps: for tests and simulations, and the reference that the databases are compared with. */
export function createMemoryStore({ random, clock = systemClock }: MemoryStoreOptions): {
  readonly store: Store;
  readonly users: MemoryUsers;
} {
  const tables = emptyTables(`e_${random.token(96)}`);
  return { store: createStore(tables, clock), users: createMemoryUsers(tables, { random, clock }) };
}

export interface MemoryStoreOptions {
  readonly random: Random;
  /** The store's own clock. */
  readonly clock?: Pick<Clock, 'now'>;
}

function createStore(tables: Tables, clock: Pick<Clock, 'now'>): Store {
  let closed = false;
  /** Every method goes through here. `read` is synchronous, so each result is a consistent snapshot. */
  async function answer<T>(read: () => T): Promise<T> {
    if (closed) throw new StoreUnavailable('the store is closed');
    return read();
  }

  return {
    commit: (scope, decide) =>
      answer(() => {
        const decision = decide(load(tables, scope));
        apply(tables, decision);
        return decision.result;
      }),
    epoch: () => answer(() => tables.epoch),
    isMember: (channel, user) => answer(() => tables.members.get(channel)?.has(user) === true),
    channelIdsOf: (user) => answer(() => channelIdsOf(tables, user)),
    summariesOf: (user) => answer(() => channelIdsOf(tables, user).flatMap((id) => summary(tables, id, user) ?? [])),
    summaryOf: (channel, user) => answer(() => summary(tables, channel, user)),
    listChannels: (user) => answer(() => listChannels(tables, user)),
    membershipDigests: (users) => answer(() => digests(tables, users)),
    memberships: (users) => answer(() => users.flatMap((user) => membershipsOf(tables, user))),
    memberIds: (channel) => answer(() => [...(tables.members.get(channel)?.keys() ?? [])]),
    eventsAfter: (channel, after, limit) => answer(() => eventsAfter(tables, channel, { after, limit })),
    eventsForMember: ({ channel, user }, after, limit) =>
      answer(() =>
        tables.members.get(channel)?.has(user) === true ? eventsAfter(tables, channel, { after, limit }) : null,
      ),
    messages: (channel, query) => answer(() => messages(tables, channel, query)),
    heads: (channels) =>
      answer(
        () =>
          new Map(
            channels.flatMap((id) => {
              const channel = tables.channels.get(id);
              return channel === undefined ? [] : [[id, channel.lastSeq] as const];
            }),
          ),
      ),
    now: () => answer(() => clock.now()),
    probe: () => answer(() => undefined),
    async close() {
      closed = true;
    },
  };
}

function channelIdsOf(tables: Tables, user: UserId): ChannelId[] {
  return [...tables.members]
    .filter(([, members]) => members.has(user))
    .map(([channel]) => channel)
    .toSorted();
}

function membershipsOf(tables: Tables, user: UserId): MemberState[] {
  return [...tables.members.values()].flatMap((members) => members.get(user) ?? []);
}

/** This store does not keep the time of joining. The ids of the channels serve the same purpose. */
function digests(tables: Tables, users: readonly UserId[]): Map<UserId, MembershipDigest> {
  return new Map(
    users.flatMap((user) => {
      const members = membershipsOf(tables, user);
      const mark = members.map(({ channel, readSeq }) => `${channel} ${readSeq}`).toSorted();
      return members.length === 0 ? [] : [[user, { channels: members.length, mark: mark.join() }] as const];
    }),
  );
}

function summary(tables: Tables, id: ChannelId, user: UserId): ChannelSummary | null {
  const channel = tables.channels.get(id);
  const member = tables.members.get(id)?.get(user);
  if (channel === undefined || member === undefined) return null;
  const behind = timeline(tables, id).filter(({ seq }) => seq > member.readSeq);
  const unread = behind.slice(0, MAX_SCANNED_UNREAD).filter(({ by }) => by !== user);
  const mentions = behind.filter((message) => message.by !== user && message.mentions.includes(user));
  return channelSummary(channel, {
    readSeq: member.readSeq,
    unread: Math.min(unread.length, MAX_COUNTED_UNREAD),
    mentions: Math.min(mentions.length, MAX_COUNTED_UNREAD),
  });
}

function listChannels(tables: Tables, user: UserId) {
  return [...tables.channels.values()]
    .map((channel) => ({
      channel,
      key: nameKey(channel.name),
      joined: tables.members.get(channel.id)?.has(user) === true,
    }))
    .filter(({ channel, joined }) => joined || channel.kind === 'public')
    .toSorted((a, b) => compareText(a.key, b.key) || compareText(a.channel.id, b.channel.id))
    .map(({ channel, joined }) => listedChannel(channel, joined));
}

function eventsAfter(
  tables: Tables,
  channel: ChannelId,
  { after, limit }: { after: number; limit: number },
): EventPage {
  const log = tables.events.get(channel) ?? [];
  return { events: log.slice(after, after + limit), lastSeq: log.length };
}

function messages(tables: Tables, channel: ChannelId, query: MessageQuery) {
  const all = timeline(tables, channel);
  const plan = planPage(query);
  const older = all
    .filter(({ seq }) => seq <= plan.pivot)
    .toReversed()
    .slice(0, plan.older);
  const newer = all.filter(({ seq }) => seq > plan.pivot).slice(0, plan.newer);
  const page = cutPage({ older, newer }, query);
  const reactions = page.messages.flatMap(({ id }) => tables.reactions.get(id) ?? []);
  return pageView(page, { channel, asOf: tables.channels.get(channel)?.lastSeq ?? 0, reactions });
}

function timeline(tables: Tables, channel: ChannelId): StoredMessage[] {
  return (tables.timelines.get(channel) ?? []).flatMap((id) => tables.messages.get(id) ?? []);
}
