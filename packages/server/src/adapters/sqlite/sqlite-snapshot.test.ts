import { copyFile, mkdir, open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { message, StoreFixture } from '#ports/store-contract/fixture.ts';
import { CORRUPTIONS, CANARY, ID } from '#testing/corruptions.ts';
import { decide, randomCommit, SCOPE, USERS } from '#testing/random-commits.ts';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import type { OpenedDatabase } from '../opened-database.ts';
import { verifySnapshot, type Verification } from '../sql/verify/verify-snapshot.ts';
import { openSqliteSnapshot } from './sqlite-snapshot.ts';

const folder = await TemporaryFolder.make();
afterAll(() => folder[Symbol.asyncDispose]());

await makeSound(folder.file('sound'));

test('a sound database has no findings, and all of its rows are checked', async () => {
  const verification = await verified(folder.file('sound'));
  expect(verification).toMatchObject({ total: 0, findings: [], byKind: {} });
  expect(verification.epoch).toMatch(/^e_/);
  expect(verification.counts).toEqual({ channels: 3, events: 24, messages: 7, members: 6, reactions: 1, mentions: 2 });
});

for (const [what, statements, finds] of CORRUPTIONS) {
  test(`verification finds that ${what}`, async () => {
    const { byKind, findings } = await broken(statements);
    expect(Object.keys(byKind).toSorted(), JSON.stringify(findings, null, 1)).toEqual(finds.toSorted());
    expect(JSON.stringify(findings)).not.toContain(CANARY);
  });
}

test('verification finds that a page is damaged, and checks what is still readable', async () => {
  const copy = await makeCopy();
  const file = await open(`${copy}/parley.db`, 'r+');
  const pageOf = (name: string) => {
    const db = new DatabaseSync(`${copy}/parley.db`, { readOnly: true });
    const row = db.prepare('select rootpage from sqlite_schema where name = ?').get(name);
    db.close();
    return Number(row?.['rootpage']);
  };
  await file.write(Buffer.alloc(4_096, 0x5a), 0, 4_096, (pageOf('messages_in_order') - 1) * 4_096);
  await file.close();
  const { byKind } = await verified(copy);
  expect(byKind['damaged-file']).toBeGreaterThan(0);
});

test('verification has no false findings after any history', { timeout: 60_000 }, async () => {
  const opened = await folder.open(folder.file('histories'));
  const checkedRows = { messages: 0, reactions: 0, mentions: 0, members: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(randomCommit, { minLength: 20, maxLength: 80, size: 'max' }), async (history) => {
      await emptyWithUsers(opened);
      for (const [at, step] of history.entries()) {
        // A refused commit, such as two channels that swap names, stores nothing.
        const checked = { ...step, unchecked: false };
        await opened.store.commit(SCOPE, (state) => decide(state, checked, at)).catch(() => undefined);
      }
      const { findings, counts } = await verified(folder.file('histories'));
      expect(findings).toEqual([]);
      for (const key of ['messages', 'reactions', 'mentions', 'members'] as const) checkedRows[key] += counts[key];
    }),
    { numRuns: 50 },
  );
  // The histories were not trivial.
  expect(Math.min(...Object.values(checkedRows))).toBeGreaterThan(0);
});

test('a snapshot is verified while a server writes, without blocking it', async () => {
  const opened = await folder.open(folder.file('live'));
  const fixture = new StoreFixture(opened);
  const ada = await fixture.user('Ada');
  const channel = await fixture.channel([ada]);
  await fixture.send(channel, ada, 'before');
  await using snapshot = openSqliteSnapshot(folder.file('live'));
  const writing = (async () => {
    for (let count = 0; count < 50; count += 1) await fixture.send(channel, ada, 'meanwhile');
  })();
  const during = await verifySnapshot(snapshot);
  await writing;
  expect(await verifySnapshot(snapshot)).toEqual(during);
  expect(during).toMatchObject({ total: 0, counts: { events: 2, messages: 1 } });
  expect(await verified(folder.file('live'))).toMatchObject({ total: 0, counts: { events: 52, messages: 51 } });
});

test('a database of another version is not verified', async () => {
  await expect(broken('update meta set version = 999')).rejects.toThrow(/of version 999/);
});

test('all findings are counted, and only the first are kept with details', async () => {
  const rows = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)';
  const { total, findings } = await broken(`${rows} insert into mentions select 'u_' || i, 'c_1', 4 from n`);
  expect(total).toBeGreaterThanOrEqual(4_000);
  expect(findings.length).toBe(1_000);
});

async function verified(path: string): Promise<Verification> {
  await using snapshot = openSqliteSnapshot(path);
  return await verifySnapshot(snapshot);
}

let copies = 0;

async function makeCopy(): Promise<string> {
  copies += 1;
  const copy = folder.file(`copy-${copies}`);
  await mkdir(copy);
  await copyFile(folder.file('sound/parley.db'), `${copy}/parley.db`);
  return copy;
}

/** Verifies a copy of the sound database after the statements ran on it. */
async function broken(statements: string): Promise<Verification> {
  const copy = await makeCopy();
  // Without the protection of the schema and of foreign keys, which Parley itself never turns off.
  const db = new DatabaseSync(`${copy}/parley.db`, { enableForeignKeyConstraints: false, defensive: false });
  db.exec('pragma writable_schema = on');
  db.exec(statements);
  db.close();
  return verified(copy);
}

/** Creates a database in which each type of event has happened once. */
async function makeSound(path: string) {
  const opened = await folder.open(path);
  const fixture = new StoreFixture(opened);
  const [ada, bob, cyd] = [await fixture.user('Ada'), await fixture.user('Bob'), await fixture.user('Cyd')];
  const channel = await fixture.channel([ada, bob, cyd]);
  await fixture.append(
    channel,
    message(ada, { id: ID.plain, body: 'hello' }),
    message(bob, { id: ID.edited, body: 'first' }),
    message(cyd, { id: ID.deleted, body: CANARY, mentions: [ada] }),
    message(ada, { id: ID.mentioning, body: '@bob', mentions: [bob], thread: ID.plain }),
  );
  await fixture.append(
    channel,
    { type: 'edited', by: bob, id: ID.edited, body: 'second' },
    { type: 'edited', by: cyd, id: ID.deleted, body: `${CANARY} again` },
    { type: 'reacted', by: bob, id: ID.plain, emoji: '👍' },
    { type: 'reacted', by: cyd, id: ID.plain, emoji: '🎉' },
    { type: 'unreacted', by: cyd, id: ID.plain, emoji: '🎉' },
    { type: 'reacted', by: bob, id: ID.deleted, emoji: '👍' },
    { type: 'edited', by: bob, id: ID.edited, body: 'third' },
    { type: 'deleted', by: cyd, id: ID.deleted },
  );
  await fixture.append(
    channel,
    { type: 'left', by: cyd, user: cyd },
    { type: 'renamed', by: ada, name: 'Renamed', topic: 'about' },
    { type: 'joined', by: ada, user: cyd },
  );
  await fixture.moveCursor(channel, bob, 9);
  const other = await fixture.channel([ada]);
  await fixture.send(other, ada, 'one', 'two', 'three');
  await fixture.channel([ada, bob], { kind: 'dm' });
  await opened.close();
}

async function emptyWithUsers({ kysely }: OpenedDatabase): Promise<void> {
  const now = new Date(0).toISOString();
  await kysely.transaction().execute(async (transaction) => {
    for (const table of ['reactions', 'mentions', 'messages', 'events', 'members', 'channels', 'users']) {
      await sql`delete from ${sql.table(table)}`.execute(transaction);
    }
    const fixed = { role: 'member', suspended: 0, email_verified: 0, created_at: now, updated_at: now };
    const rows = USERS.map((id) => ({ id, name: id, handle: `handle-${id}`, ...fixed }));
    await transaction.insertInto('users').values(rows).execute();
  });
}
