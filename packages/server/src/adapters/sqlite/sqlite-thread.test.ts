import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '#ports/store.ts';
import { TemporaryFolder } from '#testing/temporary-database.ts';
import { SqliteThread } from './sqlite-thread.ts';

const PING = [{ sql: 'select 1', parameters: [] }];

test('a failed thread reports the reason, and rejects requests in flight and further ones', async () => {
  await using folder = await TemporaryFolder.make();
  const thread = await openDying(folder, `throw new Error('out of luck')`);
  const inFlight = thread.run(PING, { inTransaction: false });
  await expect(inFlight).rejects.toThrow(StoreUnavailable);
  expect(await thread.failed).toContain('out of luck');
  await expect(thread.run(PING, { inTransaction: false })).rejects.toThrow(StoreUnavailable);
  await thread.close();
});

test('a thread that exits without an error has failed too', async () => {
  await using folder = await TemporaryFolder.make();
  const thread = await openDying(folder, 'process.exit(0)');
  await expect(thread.run(PING, { inTransaction: false })).rejects.toThrow(StoreUnavailable);
  expect(await thread.failed).toBe('the database thread stopped');
});

test('a closed thread has not failed', async () => {
  await using folder = await TemporaryFolder.make();
  const opened = await folder.open();
  await opened.close();
  const afterwards = new Promise((resolve) => setImmediate(resolve, 'nothing'));
  expect(await Promise.race([opened.failed, afterwards])).toBe('nothing');
});

/** A thread that opens normally, and runs `end` on the first request. */
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
