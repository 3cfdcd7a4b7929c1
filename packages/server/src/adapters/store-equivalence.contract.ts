import type { UserId } from '@parley/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CommitState, Store } from '#ports/store.ts';
import { CHANNELS, decide, randomCommit, SCOPE, USERS, type RandomCommit } from '#testing/random-commits.ts';
import { cryptoRandom } from './crypto-random.ts';
import { emptyTables } from './empty-tables.ts';
import { createMemoryStore } from './memory-store.ts';
import type { OpenedDatabase } from './opened-database.ts';

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

/** Checks that a database and the store in memory give the same results after any history. */
export function storeEquivalenceContract(name: string, open: () => Promise<OpenedDatabase>): void {
  test(`${name} and the memory store give the same results after any history`, { timeout: 60_000 }, async () => {
    const database = await open();
    const outcomes = { stored: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(randomCommit, { maxLength: 20 }), pages, async (history, pages) => {
        const memory = createMemoryStore({ random: cryptoRandom });
        for (const user of USERS) memory.users.add(record(user));
        await emptyWithUsers(database);
        for (const [index, step] of history.entries()) {
          const expected = await run(memory.store, step, index);
          expect(await run(database.store, step, index)).toEqual(expected);
          outcomes[expected === 'refused' ? 'refused' : 'stored'] += 1;
        }
        expect(await everything(database.store, pages)).toEqual(await everything(memory.store, pages));
      }),
      { numRuns: 60 },
    );
    // The histories were not trivial.
    expect(outcomes.stored).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(5);
  });
}

function record(id: UserId) {
  return { id, name: id, handle: `handle-${id}`, role: 'member', suspended: false } as const;
}

async function emptyWithUsers({ kysely, type }: OpenedDatabase): Promise<void> {
  const [now, no] = [new Date(0).toISOString(), type === 'sqlite' ? 0 : false];
  await emptyTables(kysely);
  const rows = USERS.map((id) => ({
    ...record(id),
    suspended: no,
    email_verified: no,
    created_at: now,
    updated_at: now,
  }));
  await kysely.insertInto('users').values(rows).execute();
}

/** The state that the commit loaded and the events that it stored, or that it was refused. */
async function run(store: Store, step: RandomCommit, at: number) {
  try {
    return await store.commit(SCOPE, (state) => {
      const decision = decide(state, step, at);
      return { ...decision, result: { state: sorted(state), events: decision.events } };
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'Error') return 'refused';
    throw error;
  }
}

/** Sorts the lists of a state, which have no defined order except for the reactions to one message. */
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
    ...SCOPE.members.map((member) => store.eventsForMember(member, 2, 500)),
    ...SCOPE.members.map(({ channel, user }) => store.summaryOf(channel, user)),
  ]);
}
