import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileBytes, fileSizeObstacle, limitFileSize } from '../host/file-size-limit.ts';
import { pickNode, type FaultKind } from './fault.ts';
import { whileNothingCanBeStored } from './unwritable-store.ts';

/** No file of the server may grow, as under a quota. Needs no rights, unlike a full disk. */
export const quota: FaultKind = {
  name: 'quota',
  cycles: 30,
  faultsPerComparison: 1,
  obstacle: fileSizeObstacle,
  async strike(scene) {
    const node = pickNode(scene);
    const { server } = node;
    await sleep(scene.dice.between(20, 400));
    const what = await whileNothingCanBeStored(scene, node, {
      begin: () => limitFileSize(server.pid(), fileBytes(join(server.dataFolder, 'parley.db-wal'))),
      end: () => limitFileSize(server.pid(), null),
    });
    return `no file may grow: ${what}`;
  },
};
