import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { TemporaryFolder } from '#testing/temporary-database.ts';

test('a new folder and its files can be read by their owner only', async () => {
  await using folder = await TemporaryFolder.make();
  const { users } = await folder.open(folder.file('new/deep'));
  await users.createForSubject('1', 'Ada');
  const mode = async (name: string) => ((await stat(folder.file(name))).mode & 0o777).toString(8);
  expect(await mode('new/deep')).toBe('700');
  for (const name of ['parley.db', 'parley.db-wal', 'parley.db-shm', 'parley.lock']) {
    expect(await mode(`new/deep/${name}`)).toBe('600');
  }
});

test('a reopened database has its data and its epoch', async () => {
  await using folder = await TemporaryFolder.make();
  const first = await folder.open();
  const ada = await first.users.createForSubject('1', 'Ada');
  const epoch = await first.store.epoch();
  await first.close();
  const second = await folder.open();
  expect(await second.users.find(ada.id)).toEqual(ada);
  expect(await second.store.epoch()).toBe(epoch);
});

test('a closed database is one file with all data', async () => {
  await using folder = await TemporaryFolder.make();
  // The order in which two threads ended was a race.
  for (let round = 0; round < 5; round += 1) {
    const { users, close } = await folder.open(folder.file(`${round}`));
    await users.createForSubject('1', 'Ada');
    await close();
    expect(await readdir(folder.file(`${round}`))).toEqual(['parley.db', 'parley.lock']);
  }
});

test('the connection that writes syncs every commit and overwrites what it frees', async () => {
  await using folder = await TemporaryFolder.make();
  const { kysely } = await folder.open();
  const pragma = async (name: string): Promise<unknown> => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(kysely);
    return Object.values(rows[0] ?? {})[0];
  };
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('foreign_keys')).toBe(1);
  expect(await pragma('secure_delete')).toBe(1);
  expect(await pragma('busy_timeout')).toBe(5_000);
});

test('a folder that another server uses is refused without affecting that server', async () => {
  await using folder = await TemporaryFolder.make();
  const first = await folder.open();
  await expect(folder.open()).rejects.toThrow(/Another Parley server uses this folder/);
  await first.users.createForSubject('1', 'Ada');
  await first.close();
  const second = await folder.open();
  expect(await second.users.findBySubject('1')).not.toBeNull();
});

test('a database of a newer Parley is refused and not changed', async () => {
  await using folder = await TemporaryFolder.make();
  await (await folder.open()).close();
  const raw = new DatabaseSync(folder.file('parley.db'));
  raw.exec('update meta set version = 999');
  raw.close();
  const before = await readFile(folder.file('parley.db'));
  await expect(folder.open()).rejects.toThrow(/A newer Parley wrote this database: its version is 999/);
  expect((await readFile(folder.file('parley.db'))).equals(before)).toBe(true);
});

test('a folder that cannot be created is named in the error', async () => {
  await using folder = await TemporaryFolder.make();
  await writeFile(folder.file('occupied'), '');
  await expect(folder.open(folder.file('occupied/data'))).rejects.toThrow(
    /Can not write to the data folder .*occupied/,
  );
});

test('a file that is not a database is refused as damaged', async () => {
  await using folder = await TemporaryFolder.make();
  await writeFile(folder.file('parley.db'), 'this was never a database, whatever its name says. '.repeat(100));
  await expect(folder.open()).rejects.toThrow(/database file is damaged/);
});

test('a database that cannot be opened is named in the error', async () => {
  await using folder = await TemporaryFolder.make();
  await mkdir(folder.file('parley.db'));
  await expect(folder.open()).rejects.toThrow(/Can not open the database in .*can not be opened/);
});
