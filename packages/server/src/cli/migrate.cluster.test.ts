import { readFile, stat, writeFile } from 'node:fs/promises';
import { createDatabase } from '@parley/testkit/postgres-server';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import type { OpenedDatabase } from '#adapters/opened-database.ts';
import { StoreFixture } from '#ports/store-contract/fixture.ts';
import { openNode } from '#testing/postgres-node.ts';
import { decide, randomCommit, SCOPE, USERS } from '#testing/random-commits.ts';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { runCli } from './run-cli.ts';

const fresh = () => createDatabase(inject('postgresUrl'));
const TABLES = ['users', 'sessions', 'credentials', 'verifications', 'invites', 'channels', 'members', 'events'];
const ALL = [...TABLES, 'messages', 'mentions', 'reactions'];

async function runCommand(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(args, { environment: {}, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err: err.join('\n') };
}

/** Creates users with accounts, and a random history with text of every kind. */
async function fill(database: OpenedDatabase): Promise<void> {
  const { kysely, store, users, type } = database;
  const [no, yes] = type === 'sqlite' ? [0, 1] : [false, true];
  const times = { created_at: '2026-01-02T03:04:05.678Z', updated_at: '2026-01-02T03:04:05.000Z' };
  for (const [index, id] of USERS.entries()) {
    const user = { id, name: `Ünï "${id}" 🙂`, handle: `handle-${id}`, role: 'member', subject: null, image: null };
    const flags = { suspended: index === 1 ? yes : no, email_verified: no };
    await kysely
      .insertInto('users')
      .values({ ...user, ...flags, email: `${id}@example.org`, ...times })
      .execute();
    const expires_at = '2036-01-02T03:04:05.999Z';
    const session = { id: `s_${id}`, token: `token of ${id}`, user_id: id, ip_address: '::1', user_agent: null };
    await kysely
      .insertInto('sessions')
      .values({ ...session, expires_at, ...times })
      .execute();
    const credential = {
      id: `k_${id}`,
      user_id: id,
      account_id: id,
      provider_id: 'credential',
      password: '$argon2id$',
    };
    await kysely
      .insertInto('credentials')
      .values({ ...credential, ...times })
      .execute();
  }
  await users.update('u_1', { role: 'owner' });
  const invite = { id: 'i_1', code_hash: 'hash', created_by: 'u_1', created_at: 1, expires_at: 1_790_000_000_000 };
  await kysely
    .insertInto('invites')
    .values({ ...invite, uses: 1, max_uses: 5, revoked_at: null })
    .execute();
  // More rows than one page.
  const fixture = new StoreFixture({ store, users, close: async () => undefined });
  const channel = await fixture.channel(['u_1', 'u_2']);
  await fixture.send(
    channel,
    'u_1',
    ...Array.from({ length: 1_200 }, (_, index) => `message ${index} é\u0301 \\ " 🙂`),
  );
  const history = fc.sample(fc.array(randomCommit, { minLength: 40, maxLength: 60 }), { numRuns: 1, seed: 7 })[0] ?? [];
  for (const [at, step] of history.entries()) {
    await store.commit(SCOPE, (state) => decide(state, { ...step, unchecked: false }, at));
  }
}

/** All rows, in a form that both databases have in common. */
async function rowsIn({ kysely }: OpenedDatabase): Promise<Map<string, unknown>> {
  const tables = new Map<string, unknown>();
  for (const name of ALL) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(kysely);
    const normalized = rows.map((row) => {
      const entries = Object.entries(row).map(([column, value]) => {
        if (typeof value === 'boolean') return [column, Number(value)] as const;
        return [column, value instanceof Date ? value.toISOString() : value] as const;
      });
      return JSON.stringify(Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))));
    });
    tables.set(name, normalized.toSorted());
  }
  return tables;
}

test('migrate copies everything to PostgreSQL and back, row by row, with epoch and secret', async () => {
  await using folder = await TemporaryFolder.make();
  const [there, back] = [folder.file('there'), folder.file('back')];
  const url = await fresh();
  const first = await folder.open(there);
  await fill(first);
  const [rows, epoch, secret] = [await rowsIn(first), await first.store.epoch(), await first.secret()];
  await first.close();
  for (const name of ALL) if (name !== 'verifications') expect(rows.get(name), name).not.toEqual([]);

  const moved = await runCommand('migrate', '--from', there, '--to', url);
  expect(moved).toMatchObject({ code: 0, err: '' });
  expect(moved.out.find((line) => line.startsWith('sessions'))).toMatch(/^sessions: 3 rows, sha256 [0-9a-f]{64}$/);
  {
    await using node = await openNode(url);
    expect(await rowsIn(node)).toEqual(rows);
    expect([await node.store.epoch(), await node.secret()]).toEqual([epoch, secret]);
    expect(await node.users.find('u_2')).toMatchObject({ suspended: true });
    expect(await node.users.find('u_1')).toMatchObject({ role: 'owner' });
  }

  const returned = await runCommand('migrate', '--from', url, '--to', back);
  expect(returned).toEqual(moved);
  const last = await folder.open(back);
  expect(await rowsIn(last)).toEqual(rows);
  expect([await last.store.epoch(), await last.secret()]).toEqual([epoch, secret]);
  await last.close();
  expect((await stat(folder.file('back/secret'))).mode & 0o777).toBe(0o600);
  expect(await runCommand('verify', '--data', back)).toMatchObject({ code: 0 });
});

test('the first message after a migration has the next seq, in both directions', async () => {
  await using folder = await TemporaryFolder.make();
  const url = await fresh();
  const first = await folder.open();
  const fixture = new StoreFixture({ store: first.store, users: first.users, close: first.close });
  const ada = await fixture.user('Ada');
  const channel = await fixture.channel([ada]);
  await fixture.send(channel, ada, 'two', 'three');
  await first.close();
  await runCommand('migrate', '--from', folder.path, '--to', url);
  const node = await openNode(url);
  expect(await new StoreFixture(node).send(channel, ada, 'four')).toEqual([4]);
  await node.close();
  await runCommand('migrate', '--from', url, '--to', folder.file('back'));
  const last = await folder.open(folder.file('back'));
  expect(await new StoreFixture(last).send(channel, ada, 'five')).toEqual([5]);
});

test('migrate refuses a target that is not empty', async () => {
  await using folder = await TemporaryFolder.make();
  const url = await fresh();
  const full = await folder.open(folder.file('full'));
  await full.users.createForSubject('1', 'Ada');
  await full.close();
  const node = await openNode(url);
  const bob = await node.actor('Bob');
  await node.close();
  const there = await runCommand('migrate', '--from', folder.file('full'), '--to', url);
  expect(there).toMatchObject({ code: 2, out: [] });
  expect(there.err).toContain('It is not empty: there are users in it.');
  expect(await runCommand('migrate', '--from', url, '--to', folder.file('full'))).toMatchObject({ code: 2, out: [] });
  await using after = await openNode(url);
  expect(await after.users.search('', 10)).toMatchObject([{ id: bob.user }]);
});

test('migrate refuses to run while a server uses either side', async () => {
  await using folder = await TemporaryFolder.make();
  const url = await fresh();
  const running = await folder.open();
  expect((await runCommand('migrate', '--from', folder.path, '--to', url)).err).toContain(
    'Another Parley server uses this folder',
  );
  await running.close();
  const node = await openNode(url);
  await node.store.probe();
  expect((await runCommand('migrate', '--from', folder.path, '--to', url)).err).toContain('stop every node first');
  expect((await runCommand('migrate', '--from', url, '--to', folder.file('x'))).err).toContain('stop every node first');
  await node.close();
  expect((await runCommand('migrate', '--from', folder.path, '--to', url)).code).toBe(0);
});

test('a migration that fails half-way leaves nothing, and can be repeated', async () => {
  await using folder = await TemporaryFolder.make();
  const url = await fresh();
  const first = await folder.open();
  await fill(first);
  await first.close();
  {
    await using node = await openNode(url);
    await sql`alter table messages add constraint no_room check (seq < 700)`.execute(node.kysely);
  }
  expect((await runCommand('migrate', '--from', folder.path, '--to', url)).err).toContain('no_room');
  {
    await using node = await openNode(url);
    expect(await node.users.isEmpty()).toBe(true);
    await sql`alter table messages drop constraint no_room`.execute(node.kysely);
    // A row that changes on the way is detected.
    await sql`create function louder() returns trigger language plpgsql as 'begin new.body := upper(new.body); return new; end'`.execute(
      node.kysely,
    );
    await sql`create trigger louder before insert on messages for each row execute function louder()`.execute(
      node.kysely,
    );
  }
  expect((await runCommand('migrate', '--from', folder.path, '--to', url)).err).toContain(
    'The copy of messages is not what it should be',
  );
  await using node = await openNode(url);
  expect(await node.users.isEmpty()).toBe(true);
});

test('migrate refuses a source with an unknown table', async () => {
  await using folder = await TemporaryFolder.make();
  const first = await folder.open();
  await sql`create table diary (entry text)`.execute(first.kysely);
  await first.close();
  expect((await runCommand('migrate', '--from', folder.path, '--to', await fresh())).err).toContain('a table diary');
});

test('wrong arguments are refused with the usage', async () => {
  await using folder = await TemporaryFolder.make();
  for (const args of [[], ['--to', folder.path], ['--from', 'postgres://a/b', '--to', 'postgres://c/d']]) {
    const { code, err } = await runCommand('migrate', ...args);
    expect(code).toBe(2);
    expect(err).toContain('Usage: parley migrate --to postgres://');
  }
  await writeFile(folder.file('file'), 'x');
  expect((await runCommand('migrate', '--from', folder.file('none'), '--to', 'postgres://a/b')).err).toContain(
    'no database',
  );
  expect(await readFile(folder.file('file'), 'utf8')).toBe('x');
});
