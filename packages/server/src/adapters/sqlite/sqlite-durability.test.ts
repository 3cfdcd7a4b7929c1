import { spawn } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { message, StoreFixture } from '#ports/store-contract/fixture.ts';
import { StoreUnavailable } from '#ports/store.ts';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import type { OpenedDatabase } from '../opened-database.ts';

test('the data of a commit is in the files as soon as it resolves', async () => {
  await using folder = await TemporaryFolder.make();
  const opened = await folder.open();
  const fixture = new StoreFixture(opened);
  const ada = await fixture.user('Ada');
  const channel = await fixture.channel([ada]);
  await fixture.send(channel, ada, 'durable');
  // The copies are what a power loss would leave: the server is still running.
  await mkdir(folder.file('copy'));
  for (const name of ['parley.db', 'parley.db-wal']) await copyFile(folder.file(name), folder.file(`copy/${name}`));
  const copy = await folder.open(folder.file('copy'));
  const { messages } = await copy.store.messages(channel, { anchor: null, limit: 10 });
  expect(messages).toMatchObject([{ seq: 2, body: 'durable' }]);
});

test('a killed server loses no acknowledged message, and leaves no lock behind', { timeout: 20_000 }, async () => {
  await using folder = await TemporaryFolder.make();
  const acked = await killedWriter(folder.path, 30);
  expect(acked.length).toBeGreaterThanOrEqual(30);
  const { store } = await folder.open();
  const { events } = await store.eventsAfter('c_1', 1, 10_000);
  const stored = events.map((event) => event.type === 'message' && 'body' in event.message && event.message.body);
  expect(stored.slice(0, acked.length)).toEqual(acked);
  // Commits in flight may be stored; the log still has no hole.
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 2));
});

test('a full disk rejects commits with a reason, and commits work again when there is space', async () => {
  await using folder = await TemporaryFolder.make();
  const opened = await folder.open();
  const fixture = new StoreFixture(opened);
  const ada = await fixture.user('Ada');
  const channel = await fixture.channel([ada]);
  await limitPages(opened, 1);
  const big = fixture.append(channel, message(ada, { body: 'x'.repeat(10_000) }));
  const error: unknown = await big.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect(String(error)).toContain('disk full');
  expect((await opened.store.messages(channel, { anchor: null, limit: 10 })).messages).toEqual([]);
  await limitPages(opened, 1_000_000);
  expect(await fixture.send(channel, ada, 'there is room again')).toEqual([2]);
});

test('the text of a deleted message is nowhere in the file after a checkpoint', async () => {
  await using folder = await TemporaryFolder.make();
  const opened = await folder.open();
  const fixture = new StoreFixture(opened);
  const ada = await fixture.user('Ada');
  const channel = await fixture.channel([ada]);
  const [id, long] = [crypto.randomUUID(), crypto.randomUUID()];
  await fixture.append(channel, message(ada, { id, body: 'first-canary' }), message(ada, { body: 'stays' }));
  await fixture.append(channel, message(ada, { id: long, body: 'long-canary '.repeat(800) }));
  await fixture.append(channel, { type: 'edited', by: ada, id, body: 'second-canary' });
  await checkpoint(opened);
  expect(await rawFile(folder)).toContain('canary');
  await fixture.append(channel, { type: 'deleted', by: ada, id }, { type: 'deleted', by: ada, id: long });
  await checkpoint(opened);
  const raw = await rawFile(folder);
  expect(raw).toContain('stays');
  expect(raw).not.toContain('canary');
});

async function limitPages({ kysely }: OpenedDatabase, pages: number): Promise<void> {
  await sql`pragma max_page_count = ${sql.lit(pages)}`.execute(kysely);
}

async function checkpoint({ kysely }: OpenedDatabase): Promise<void> {
  await sql`pragma wal_checkpoint(truncate)`.execute(kysely);
}

async function rawFile(folder: TemporaryFolder): Promise<string> {
  const files = await Promise.all(['parley.db', 'parley.db-wal'].map((name) => readFile(folder.file(name))));
  return Buffer.concat(files).toString('latin1');
}

/** Another process writes messages, prints each stored one, and is killed after `count` of them. */
async function killedWriter(folder: string, count: number): Promise<string[]> {
  const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { openSqlite } from ${module('open-sqlite.ts')};
    import { cryptoRandom } from ${module('../crypto-random.ts')};
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const parts = { folder: ${JSON.stringify(folder)}, clock: { now: Date.now }, random: cryptoRandom, logger };
    const { store, users } = await openSqlite(parts);
    const { id: by } = await users.createForSubject('1', 'Ada');
    const scope = { channels: [], messages: [], members: [], handles: [], reactions: [], publicNames: [], users: [] };
    const commit = (channels, events) => store.commit(scope, () => ({ result: null, channels, events, cursors: [] }));
    const channel = { id: 'c_1', kind: 'private', name: 'x', topic: '', createdBy: by, createdAt: 1 };
    await commit([channel], [{ type: 'joined', channel: 'c_1', seq: 1, at: 1, by, user: by }]);
    for (let seq = 2; ; seq += 1) {
      const message = { id: crypto.randomUUID(), body: 'message ' + seq };
      await commit([], [{ type: 'message', channel: 'c_1', seq, at: 1, by, message }]);
      console.log(message.body);
    }`;
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => writer.once('exit', resolve));
  const acked: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    acked.push(line);
    if (acked.length === count) writer.kill('SIGKILL');
  }
  await exited;
  return acked;
}
