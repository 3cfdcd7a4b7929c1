import type { ChannelId } from '@parley/protocol';
import type { Clock } from '#ports/clock.ts';
import type { MessageQuery, Store } from '#ports/store.ts';
import { channelSummary, listedChannel } from '../channel-summary.ts';
import { cutPage, pageView, planPage } from '../message-page.ts';
import { applySteps } from './commit-apply.ts';
import { loadedState, loadSteps, prepareCommitLoading } from './commit-load.ts';
import { prepareCommitStatements } from './commit-statements.ts';
import { prepareReads, type Reads } from './reads.ts';
import { toChannel, toEvent, toMessage } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepare } from './statement.ts';

/** The store over SQL. What differs between databases is behind `db`. */
export function createSqlStore(db: SqlDatabase, clock: Pick<Clock, 'now'>): Store {
  const reads = prepareReads(db);
  const loading = prepareCommitLoading(db);
  const statements = prepareCommitStatements(db);
  const touch = prepare({ at: 'int' }, ({ at }) => db.kysely.updateTable('meta').set({ probed_at: at }));

  return {
    commit: (scope, decide) =>
      db.write(loadSteps(loading, scope), (loaded) => {
        const decision = decide(loadedState(loaded));
        return { result: decision.result, steps: applySteps(statements, decision) };
      }),
    async probe() {
      await db.write([], () => ({ result: undefined, steps: [touch({ at: clock.now() })] }));
    },
    close: () => db.close(),
    ...channelReads(db, reads),
    ...memberReads(db, reads),
    ...logReads(db, reads),
    messages: (channel, query) => messages(db, reads, { channel, query }),
  };
}

function channelReads(db: SqlDatabase, reads: Reads) {
  return {
    async epoch() {
      const [[meta]] = await db.read([reads.epoch({})]);
      if (meta === undefined) throw new Error('the database has no epoch');
      return meta.epoch;
    },
    async now() {
      const [[row]] = await db.read([reads.now({})]);
      return Number(row?.nowMs);
    },
    async channelIdsOf(user) {
      const [rows] = await db.read([reads.channelIdsOf({ user })]);
      return rows.map(({ channel }) => channel);
    },
    async summariesOf(user) {
      const [rows] = await db.read([reads.summariesOf({ user })]);
      return rows.map((row) => channelSummary(toChannel(row), toReading(row)));
    },
    async summaryOf(channel, user) {
      const [[row]] = await db.read([reads.summaryOf({ channel, user })]);
      return row === undefined ? null : channelSummary(toChannel(row), toReading(row));
    },
    async listChannels(user) {
      const [rows] = await db.read([reads.listChannels({ user })]);
      return rows.map((row) => listedChannel(toChannel(row), row.joined !== null));
    },
    async heads(channels) {
      const [rows] = await db.read([reads.heads({ channels: channels.map((id) => [id]) })]);
      return new Map(rows.map(({ id, lastSeq }) => [id, lastSeq]));
    },
  } satisfies Partial<Store>;
}

function memberReads(db: SqlDatabase, reads: Reads) {
  return {
    async isMember(channel, user) {
      const [rows] = await db.read([reads.isMember({ channel, user })]);
      return rows.length > 0;
    },
    async memberIds(channel) {
      const [rows] = await db.read([reads.memberIds({ channel })]);
      return rows.map(({ user }) => user);
    },
    async membershipDigests(users) {
      const [rows] = await db.read([reads.membershipDigests({ users: users.map((id) => [id]) })]);
      return new Map(
        rows.map(({ user, channels, joined, read }) => [
          user,
          { channels: Number(channels), mark: `${joined} ${read}` },
        ]),
      );
    },
    async memberships(users) {
      const [rows] = await db.read([reads.memberships({ users: users.map((id) => [id]) })]);
      return [...rows];
    },
  } satisfies Partial<Store>;
}

function toReading({ readSeq, unread, mentions }: { readSeq: number; unread: number | null; mentions: number | null }) {
  return { readSeq, unread: Number(unread), mentions: Number(mentions) };
}

function logReads(db: SqlDatabase, reads: Reads) {
  return {
    async eventsAfter(channel, after, limit) {
      const [[head], rows] = await db.read([reads.head({ channel }), reads.eventsAfter({ channel, after, limit })]);
      return { events: rows.map(toEvent), lastSeq: head?.lastSeq ?? 0 };
    },
    async eventsForMember({ channel, user }, after, limit) {
      const steps = [reads.headForMember({ channel, user }), reads.eventsAfter({ channel, after, limit })] as const;
      const [[head], rows] = await db.read(steps);
      return head === undefined ? null : { events: rows.map(toEvent), lastSeq: head.lastSeq };
    },
  } satisfies Partial<Store>;
}

async function messages(
  db: SqlDatabase,
  reads: Reads,
  { channel, query }: { channel: ChannelId; query: MessageQuery },
) {
  const plan = { channel, ...planPage(query) };
  const [[head], older, newer, reactions] = await db.read([
    reads.head({ channel }),
    reads.older(plan),
    reads.newer(plan),
    reads.reactions(plan),
  ]);
  const page = cutPage({ older: older.map(toMessage), newer: newer.map(toMessage) }, query);
  return pageView(page, { channel, asOf: head?.lastSeq ?? 0, reactions });
}
