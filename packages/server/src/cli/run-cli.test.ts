import { readdir, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { runCli } from './run-cli.ts';

test('a call without a command lists all commands and fails', async () => {
  const result = await runCommand([]);
  expect(result.code).toBe(2);
  expect(result.out.join('\n')).toContain('parley new-epoch');
  expect((await runCommand(['help'])).code).toBe(0);
});

test('an unknown command is reported, also one with the name of an object property', async () => {
  for (const name of ['repair', 'constructor', '__proto__']) {
    const { code, err } = await runCommand([name]);
    expect(code).toBe(2);
    expect(err[0]).toContain(`There is no command ${name}`);
  }
});

test('an unknown option is refused with the usage', async () => {
  const { code, err } = await runCommand(['new-epoch', '--force']);
  expect(code).toBe(2);
  expect(err.join('\n')).toMatch(/'--force'[^]*Usage: parley new-epoch \[--data FOLDER \|/);
});

test('new-epoch replaces the epoch', async () => {
  await using folder = await TemporaryFolder.make();
  const first = await folder.open();
  const before = await first.store.epoch();
  await first.close();
  const { code, out } = await runCommand(['new-epoch', '--data', folder.path]);
  expect(code).toBe(0);
  const after = await (await folder.open()).store.epoch();
  expect(after).toMatch(/^e_/);
  expect(after).not.toBe(before);
  expect(out).toEqual([`The epoch was ${before} and is now ${after}: clients load everything again.`]);
});

test('new-epoch fails while a server runs', async () => {
  await using folder = await TemporaryFolder.make();
  const { store } = await folder.open();
  const before = await store.epoch();
  const { code, err } = await runCommand(['new-epoch'], { PARLEY_DATA: folder.path });
  expect(code).toBe(2);
  expect(err.join()).toContain('Another Parley server uses this folder');
  expect(await store.epoch()).toBe(before);
});

test('a folder without a database is refused, and nothing is created in it', async () => {
  await using folder = await TemporaryFolder.make();
  const { code, err } = await runCommand(['new-epoch', '--data', folder.file('typo')]);
  expect(code).toBe(2);
  expect(err[0]).toContain(`There is no database of Parley in ${folder.file('typo')}`);
  expect(await readdir(folder.path)).toEqual([]);
});

test('verify reports a sound database while its server runs', async () => {
  await using folder = await TemporaryFolder.make();
  await folder.open();
  const { code, out, err } = await runCommand(['verify', '--data', folder.path]);
  expect({ code, err }).toEqual({ code: 0, err: [] });
  expect(out.join('\n')).toMatch(/epoch e_[^]*0 channels[^]*Sound/);
});

test('verify reports findings by kind, and as JSON for programs', async () => {
  await using folder = await TemporaryFolder.make();
  const { close } = await folder.open();
  await close();
  const db = new DatabaseSync(folder.file('parley.db'));
  db.exec(`insert into channels values ('c_1', 'public', 'x', 'x', '', null, 1, 7, 0, null)`);
  db.close();
  const result = await runCommand(['verify'], { PARLEY_DATA: folder.path });
  expect(result.code).toBe(1);
  expect(result.out.join('\n')).toMatch(/1 problem:\n {2}wrong-head, 1: [^\n]*\n {4}c_1: last_seq is 7/);
  const { code, out } = await runCommand(['verify', '--json', '--data', folder.path]);
  expect(code).toBe(1);
  expect(JSON.parse(out.join())).toMatchObject({
    sound: false,
    counts: { channels: 1, events: 0 },
    byKind: { 'wrong-head': 1 },
    findings: [{ kind: 'wrong-head', channel: 'c_1' }],
  });
});

test('verify fails for a file that is not a database', async () => {
  await using folder = await TemporaryFolder.make();
  await writeFile(folder.file('parley.db'), 'this is not a database, in spite of its name. '.repeat(100));
  const { code, out, err } = await runCommand(['verify', '--data', folder.path]);
  expect({ code, out }).toEqual({ code: 2, out: [] });
  expect(err.join()).toContain('the database file is damaged');
});

async function runCommand(args: readonly string[], environment: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(args, { environment, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out, err };
}
