import type { ChannelId, UserId } from '@parley/protocol';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { Ledger } from '#chat/ledger.ts';
import type { CommitScope, CommitState, Decision, Store } from '#ports/store.ts';
import { cryptoRandom } from '../crypto-random.ts';
import { createMemoryStore } from '../memory-store.ts';
import type { OpenedSqlite } from './open-sqlite.ts';
import { TemporaryFolder } from './temporary-database.ts';

const USERS: readonly UserId[] = ['u_1', 'u_2', 'u_3'];
const CHANNELS: readonly ChannelId[] = ['c_1', 'c_2', 'c_3'];
const MESSAGES = Array.from({ length: 8 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
const EMOJI = ['👍', '🎉'];
const NAMES = ['One', 'ONE', 'Two'];
const TABLES = ['reactions', 'mentions', 'messages', 'events', 'members', 'channels', 'users'];

const command = fc.record({
  kind: fc.constantFrom('create', 'message', 'edit', 'delete', 'react', 'unreact', 'join', 'leave', 'rename', 'cursor'),
  channel: fc.constantFrom(...CHANNELS),
  user: fc.constantFrom(...USERS),
  other: fc.constantFrom(...USERS),
  message: fc.constantFrom(...MESSAGES),
  thread: fc.option(fc.constantFrom(...MESSAGES), { freq: 4 }),
  mentions: fc.uniqueArray(fc.constantFrom(...USERS)),
  emoji: fc.constantFrom(...EMOJI),
  name: fc.constantFrom(...NAMES),
  kindOfChannel: fc.constantFrom('public', 'private', 'dm'),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0')),
  seq: fc.nat({ max: 30 }),
});
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** Careless ones don't look whether the command fits the state: then both stores must refuse it, or neither. */
const commit = fc.record({
  commands: fc.array(command, { minLength: 1, maxLength: 6 }),
  careless: fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 }),
});
const pages = fc.array(
  fc.record({
    channel: fc.constantFrom(...CHANNELS),
    anchor: fc.oneof(
      fc.constant(null),
      fc.nat({ max: 40 }).map((before) => ({ before })),
      fc.nat({ max: 40 }).map((after) => ({ after })),
      fc.nat({ max: 40 }).map((around) => ({ around })),
    ),
    limit: fc.integer({ min: 1, max: 6 }),
  }),
  { minLength: 1, maxLength: 8 },
);
type Pages = typeof pages extends fc.Arbitrary<infer P> ? P : never;

const SCOPE: CommitScope = {
  channels: CHANNELS,
  messages: MESSAGES,
  members: CHANNELS.flatMap((channel) => USERS.map((user) => ({ channel, user }))),
  handles: CHANNELS.flatMap((channel) => USERS.map((user) => ({ channel, handle: `handle-${user}` }))),
  reactions: MESSAGES,
  publicNames: ['one', 'two'],
  users: [...USERS, 'u_none'],
};

test('SQLite and memory answer alike after any history', { timeout: 60_000 }, async () => {
  await using folder = await TemporaryFolder.make();
  const opened = await folder.open();
  const outcomes = { stored: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(commit, { maxLength: 20 }), pages, async (history, pages) => {
      const [memory, sqlite] = [createMemoryStore({ random: cryptoRandom }), opened];
      for (const user of USERS) memory.users.add(record(user));
      await emptyWithUsers(sqlite);
      for (const [index, step] of history.entries()) {
        const expected = await run(memory.store, step, index);
        expect(await run(sqlite.store, step, index)).toEqual(expected);
        outcomes[expected === 'refused' ? 'refused' : 'stored'] += 1;
      }
      expect(await everything(sqlite.store, pages)).toEqual(await everything(memory.store, pages));
    }),
    { numRuns: 60 },
  );
  // The histories were worth comparing.
  expect(outcomes.stored).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(5);
});

function record(id: UserId) {
  return { id, name: id, handle: `handle-${id}`, role: 'member', suspended: false } as const;
}

async function emptyWithUsers({ kysely }: OpenedSqlite): Promise<void> {
  const now = new Date(0).toISOString();
  await kysely.transaction().execute(async (transaction) => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(transaction);
    const rows = USERS.map((id) => ({
      ...record(id),
      suspended: 0,
      email_verified: 0,
      created_at: now,
      updated_at: now,
    }));
    await transaction.insertInto('users').values(rows).execute();
  });
}

/** What the commit saw and stored, or that it was refused. */
async function run(
  store: Store,
  { commands, careless }: { commands: readonly Command[]; careless: boolean },
  at: number,
) {
  try {
    return await store.commit(SCOPE, (state) => {
      const ledger = new Ledger(state, at);
      for (const command of commands) {
        if (careless || fits(ledger, command)) carryOut(ledger, command);
      }
      const decision: Decision<null> = ledger.decision(null);
      return { ...decision, result: { state: sorted(state), events: decision.events } };
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'Error') return 'refused';
    throw error;
  }
}

function fits(ledger: Ledger, { kind, channel, user, message, emoji, name, kindOfChannel }: Command): boolean {
  const exists = ledger.findChannel(channel);
  const found = ledger.findMessage(message);
  const isLive = found !== null && found.channel === channel && found.body !== null;
  const hasReacted = ledger.reactions(message).some((reaction) => reaction.emoji === emoji && reaction.user === user);
  const holder = ledger.findPublicName(name.toLowerCase());
  if (kind === 'create') return exists === null && (kindOfChannel !== 'public' || holder === null);
  if (exists === null) return false;
  if (kind === 'message') return found === null;
  if (kind === 'edit' || kind === 'delete') return isLive;
  if (kind === 'react') return isLive && !hasReacted;
  if (kind === 'unreact') return isLive && hasReacted;
  if (kind === 'join') return ledger.findMember(channel, user) === null;
  if (kind === 'leave') return ledger.findMember(channel, user) !== null;
  if (kind === 'rename') return exists.kind !== 'public' || holder === null || holder === channel;
  return true;
}

function carryOut(ledger: Ledger, command: Command): void {
  const { kind, channel, user, message: id, thread, mentions, text: body, emoji, name, seq } = command;
  if (kind === 'create') return create(ledger, command);
  if (ledger.findChannel(channel) === null) return;
  if (kind === 'cursor') return ledger.moveCursor(channel, user, seq);
  if (kind === 'message') {
    const message = {
      id,
      body,
      ...(thread === null ? {} : { thread }),
      ...(mentions.length === 0 ? {} : { mentions }),
    };
    ledger.append(channel, user, { type: 'message', message });
  } else if (kind === 'edit') ledger.append(channel, user, { type: 'edited', id, body });
  else if (kind === 'delete') ledger.append(channel, user, { type: 'deleted', id });
  else if (kind === 'react') ledger.append(channel, user, { type: 'reacted', id, emoji });
  else if (kind === 'unreact') ledger.append(channel, user, { type: 'unreacted', id, emoji });
  else if (kind === 'join') ledger.append(channel, user, { type: 'joined', user });
  else if (kind === 'leave') ledger.append(channel, user, { type: 'left', user });
  else ledger.append(channel, user, { type: 'renamed', name, topic: body });
}

function create(ledger: Ledger, { channel: id, user, other, kindOfChannel: kind, name }: Command): void {
  const dm = kind === 'dm' ? { dmMembers: user === other ? [user] : [user, other] } : {};
  ledger.create({ id, kind, name, topic: '', createdBy: user, createdAt: 0, ...dm });
  ledger.append(id, user, { type: 'joined', user });
}

/** The lists of a state have no order of their own, except that of the reactions to one message. */
function sorted(state: CommitState): object {
  const sort = (list: readonly object[]) => list.map((entry) => JSON.stringify(entry)).toSorted();
  const reactions = Object.groupBy(state.reactions, ({ message }) => message);
  const { channels, messages, members, handles, publicNames, users } = state;
  return {
    reactions,
    channels: channels.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    messages: messages.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    members: members.toSorted((a, b) => (a.channel + a.user < b.channel + b.user ? -1 : 1)),
    handles: sort(handles),
    publicNames: sort(publicNames),
    users: users.toSorted(),
  };
}

async function everything(store: Store, pages: Pages): Promise<unknown[]> {
  return Promise.all([
    store.heads([...CHANNELS, 'c_none']),
    ...CHANNELS.map((channel) => store.eventsAfter(channel, 0, 500)),
    ...CHANNELS.map((channel) => store.memberIds(channel)),
    ...CHANNELS.map((channel) => store.messages(channel, { anchor: null, limit: 200 })),
    ...pages.map(({ channel, ...query }) => store.messages(channel, query)),
    ...pages.map(({ channel, limit }) => store.eventsAfter(channel, limit, limit)),
    ...USERS.map((user) => store.channelIdsOf(user)),
    ...USERS.map((user) => store.summariesOf(user)),
    ...USERS.map((user) => store.listChannels(user)),
    ...SCOPE.members.map(({ channel, user }) => store.isMember(channel, user)),
    ...SCOPE.members.map(({ channel, user }) => store.summaryOf(channel, user)),
  ]);
}
