import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/store.ts';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { SqliteThread } from './sqlite-thread.ts';

const PING = [{ sql: 'select 1', parameters: [] }];

test('a thread that fails says so, and refuses what was under way and what comes', async () => {
  await using folder = await TemporaryFolder.make();
  const thread = await openDying(folder, `throw new Error('out of luck')`);
  const inFlight = thread.run(PING, { within: false });
  await expect(inFlight).rejects.toThrow(StoreUnavailable);
  expect(await thread.failed).toContain('out of luck');
  await expect(thread.run(PING, { within: false })).rejects.toThrow(StoreUnavailable);
  await thread.close();
});

test('a thread that stops without a word has failed too', async () => {
  await using folder = await TemporaryFolder.make();
  const thread = await openDying(folder, 'process.exit(0)');
  await expect(thread.run(PING, { within: false })).rejects.toThrow(StoreUnavailable);
  expect(await thread.failed).toBe('the database thread stopped');
});

test('a thread that was closed has not failed', async () => {
  await using folder = await TemporaryFolder.make();
  const opened = await folder.open();
  await opened.close();
  const afterwards = new Promise((resolve) => setImmediate(resolve, 'nothing'));
  expect(await Promise.race([opened.failed, afterwards])).toBe('nothing');
});

/** A thread that opens as it should, and meets its end with the first request. */
async function openDying(folder: TemporaryFolder, end: string): Promise<SqliteThread> {
  const program = folder.file('dying.mjs');
  await writeFile(
    program,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', () => { ${end} });
     parentPort.postMessage({ opened: true });`,
  );
  const opened = await SqliteThread.open({ file: folder.file('none'), lockFile: null }, pathToFileURL(program));
  if (!(opened instanceof SqliteThread)) throw new Error(opened.message);
  return opened;
}
