import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@parley/testkit';
import { startCluster } from '@parley/testkit/cluster/proxied-cluster';
import type { Disk, Scene } from '../faults/fault.ts';
import type { History } from '../history/history.ts';
import { settlePeople } from '../workload/fixtures.ts';
import { startLoad } from '../workload/workload.ts';

const UNTIL_ONLINE_MS = 20_000;

export interface OpenScene extends Scene, AsyncDisposable {
  readonly disk: Disk | null;
}

export interface SceneOptions {
  readonly openDisk: (() => Promise<Disk>) | null;
  readonly nodes: number;
  readonly history: History;
  readonly dice: SeededRandom;
}

/** A fresh cluster with everyone online, at rest. */
export async function openScene({ openDisk, nodes, history, dice }: SceneOptions): Promise<OpenScene> {
  await using stack = new AsyncDisposableStack();
  const disk = openDisk === null ? null : stack.use(await openDisk());
  const env = disk === null ? {} : { PARLEY_DATA: disk.folder };
  const cluster = stack.use(await startCluster({ nodes, env }));
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('there is no node');
  const place = await settlePeople(first, history);
  const load = startLoad({ cluster, place, history, dice });
  stack.defer(() => load.stop());
  const deadlineMs = performance.now() + UNTIL_ONLINE_MS;
  while (![...load.programs, ...load.senders].every(({ isOnline }) => isOnline)) {
    if (performance.now() > deadlineMs) throw new Error('not everyone came online');
    await sleep(10);
  }
  const owned = stack.move();
  return { cluster, place, load, history, dice, disk, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
