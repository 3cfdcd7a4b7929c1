import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileBytes, fileSizeLimitUnsupportedReason, limitFileSize } from '../host/file-size-limit.ts';
import { pickNode, type Fault } from './fault.ts';
import { withUnwritableStore } from './unwritable-store.ts';

/** Stops all files of the server from growing, like a quota. Needs no privileges, unlike a full disk. */
export const fileSizeLimit: Fault = {
  name: 'quota',
  repetitions: 30,
  faultsPerComparison: 1,
  unsupportedReason: fileSizeLimitUnsupportedReason,
  async inject(trial) {
    const node = pickNode(trial);
    const { server } = node;
    await sleep(trial.random.between(20, 400));
    const what = await withUnwritableStore(trial, node, {
      begin: () => limitFileSize(server.pid(), fileBytes(join(server.dataFolder, 'parley.db-wal'))),
      end: () => limitFileSize(server.pid(), null),
    });
    return `no file may grow: ${what}`;
  },
};
