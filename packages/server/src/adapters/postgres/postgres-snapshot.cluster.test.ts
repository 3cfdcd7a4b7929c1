import { createDatabase } from '@parley/testkit/postgres-server';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, expect, inject, test } from 'vitest';
import { message, StoreFixture } from '#ports/store-contract/fixture.ts';
import { nullLogger } from '#testing/null-logger.ts';
import { openNode } from '#testing/postgres-node.ts';
import { decide, randomCommit, SCOPE, USERS } from '#testing/random-commits.ts';
import { runCli } from '../../cli/run-cli.ts';
import { emptyTables } from '../empty-tables.ts';
import type { FindingKind } from '../sql/verify/findings.ts';
import { verifySnapshot, type Verification } from '../sql/verify/verify-snapshot.ts';
import { openPostgresSnapshot } from './postgres-snapshot.ts';

const url = await createDatabase(inject('postgresUrl'));
const node = await openNode(url);
afterAll(() => node.close());

test('verification has no false findings after any history', async () => {
  const checkedRows = { messages: 0, reactions: 0, mentions: 0, members: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(randomCommit, { minLength: 10, maxLength: 40, size: 'max' }), async (history) => {
      await emptyTables(node.kysely);
      const now = new Date(0).toISOString();
      const fixed = { role: 'member', suspended: false, email_verified: false, created_at: now, updated_at: now };
      const rows = USERS.map((id) => ({ id, name: id, handle: `handle-${id}`, ...fixed }));
      await node.kysely.insertInto('users').values(rows).execute();
      for (const [at, step] of history.entries()) {
        const checked = { ...step, unchecked: false };
        await node.store.commit(SCOPE, (state) => decide(state, checked, at)).catch(() => undefined);
      }
      const { findings, counts } = await verified();
      expect(findings).toEqual([]);
      for (const key of ['messages', 'reactions', 'mentions', 'members'] as const) checkedRows[key] += counts[key];
    }),
    { numRuns: 25 },
  );
  expect(Math.min(...Object.values(checkedRows))).toBeGreaterThan(0);
});

/** The verification is the same code as for SQLite, whose tests cover all corruptions. These cover the queries. */
const CORRUPTIONS: readonly (readonly [statement: string, finds: readonly FindingKind[]])[] = [
  ['delete from events where seq = 4', ['extra-message', 'hole']],
  ['update channels set last_seq = 9, member_count = 1', ['wrong-head', 'wrong-member-count']],
  [`update messages set body = 'x' where seq = 3`, ['wrong-message']],
  [`update messages set body = 'x' where body is null`, ['surviving-text']],
  [`update events set data = '{' where seq = 5`, ['unreadable-event', 'wrong-message']],
  ['delete from mentions', ['missing-mention']],
  ['update reactions set seq = 1', ['extra-reaction', 'missing-reaction']],
  ['update members set read_seq = 99', ['wrong-cursor']],
  [`update mentions set "user" = 'u_none'`, ['extra-mention', 'missing-mention', 'unknown-user']],
  [`update messages set channel = 'c_none' where seq = 3`, ['extra-mention', 'missing-message', 'unknown-channel']],
];

test.each(CORRUPTIONS)('verification finds the corruption by: %s', async (statement, finds) => {
  await makeSound();
  expect(await verified()).toMatchObject({ total: 0 });
  await sql.raw(statement).execute(node.kysely);
  const { byKind, findings } = await verified();
  expect(Object.keys(byKind).toSorted(), JSON.stringify(findings, null, 1)).toEqual(finds.toSorted());
});

test('a snapshot stays consistent while nodes write', async () => {
  const { fixture, ada, channel } = await makeSound();
  await using snapshot = await openPostgresSnapshot(url, nullLogger);
  const during = await verifySnapshot(snapshot);
  await fixture.send(channel, ada, 'meanwhile');
  expect(await verifySnapshot(snapshot)).toEqual(during);
  expect((await verified()).counts.messages).toBe(during.counts.messages + 1);
});

test('the command line verifies a database that a node uses, and refuses to give it a new epoch', async () => {
  await makeSound();
  const before = await node.store.epoch();
  const output = await runCommand(['verify', '--database', url], {});
  expect(output).toMatchObject({ code: 0, err: [] });
  expect(output.out.join()).toMatch(/^127\.0\.0\.1:\d+\/parley_\w+, epoch e_[^]*Sound/);
  expect(output.out.join()).not.toContain('parley@');
  // Clients that are connected to a node would keep their copy of the history.
  expect((await runCommand(['new-epoch'], { DATABASE_URL: url })).err.join()).toContain('stop every node first');
  expect(await node.store.epoch()).toBe(before);
  const unreachable = await runCommand(['verify', '--database', 'postgres://parley@127.0.0.1:1/none'], {});
  expect(unreachable).toMatchObject({ code: 2, out: [] });
  expect(await runCommand(['verify', '--database', 'none'], {})).toMatchObject({ code: 2 });
});

test('a new epoch replaces the old one when no node runs', async () => {
  const stopped = await createDatabase(inject('postgresUrl'));
  const first = await openNode(stopped);
  const before = await first.store.epoch();
  await first.close();
  expect(await runCommand(['new-epoch', '--database', stopped], {})).toMatchObject({ code: 0, err: [] });
  await using second = await openNode(stopped);
  expect(await second.store.epoch()).toMatch(/^e_/);
  expect(await second.store.epoch()).not.toBe(before);
});

async function verified(): Promise<Verification> {
  await using snapshot = await openPostgresSnapshot(url, nullLogger);
  return await verifySnapshot(snapshot);
}

/** Events in order: two joins, a message that mentions, one that is edited, its edit, one that is deleted, a reaction, the deletion. */
async function makeSound() {
  await emptyTables(node.kysely);
  const fixture = new StoreFixture(node);
  const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
  const channel = await fixture.channel([ada, bob]);
  const [edited, deleted] = [crypto.randomUUID(), crypto.randomUUID()];
  await fixture.append(
    channel,
    message(ada, { body: 'hi', mentions: [bob] }),
    message(ada, { id: edited, body: 'one' }),
  );
  await fixture.append(
    channel,
    { type: 'edited', by: ada, id: edited, body: 'two' },
    message(bob, { id: deleted, body: '' }),
  );
  await fixture.append(channel, { type: 'reacted', by: bob, id: edited, emoji: '👍' });
  await fixture.append(channel, { type: 'deleted', by: bob, id: deleted });
  return { fixture, ada, channel };
}

async function runCommand(args: readonly string[], environment: Record<string, string>) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(args, { environment, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}
