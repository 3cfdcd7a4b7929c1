import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@parley/testkit';
import { startCluster } from '@parley/testkit/cluster/cluster';
import { startServices } from '@parley/testkit/cluster/services';
import { JWT_SECRET } from '@parley/testkit/jwt';
import type { Disk, Trial } from '../faults/fault.ts';
import type { History } from '../history/history.ts';
import { createFixtures } from '../workload/fixtures.ts';
import { startWorkload } from '../workload/workload.ts';

const UNTIL_ONLINE_MS = 60_000;
const ENV = {
  PARLEY_JWT_SECRET: JWT_SECRET,
  PARLEY_RATE_LIMITS: 'off',
  PARLEY_MAX_CONNECTIONS_PER_USER: '1000',
  LOG_LEVEL: 'error',
};

export interface OpenTrial extends Trial, AsyncDisposable {
  readonly disk: Disk | null;
}

export interface TrialOptions {
  readonly openDisk: (() => Promise<Disk>) | null;
  readonly nodes: number;
  readonly history: History;
  readonly random: SeededRandom;
}

/** Starts a fresh cluster with every client online and idle. */
export async function setUpTrial({ openDisk, nodes, history, random }: TrialOptions): Promise<OpenTrial> {
  await using stack = new AsyncDisposableStack();
  const disk = openDisk === null ? null : stack.use(await openDisk());
  const services = nodes === 1 ? null : stack.use(await startServices());
  const shared = services === null ? null : { postgresUrl: services.postgres.url, natsUrl: services.nats.url };
  const env = { ...ENV, ...(disk === null ? {} : { PARLEY_DATA: disk.folder }) };
  const cluster = stack.use(await startCluster({ nodes, shared, env, proxied: true }));
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('there is no node');
  const fixtures = await createFixtures(first, history);
  const workload = startWorkload({ cluster, fixtures, history, random });
  stack.defer(() => workload.stop());
  const deadlineMs = performance.now() + UNTIL_ONLINE_MS;
  while (![...workload.clients, ...workload.rawClients].every(({ isOnline }) => isOnline)) {
    if (performance.now() > deadlineMs) throw new Error('not every client came online');
    await sleep(10);
  }
  const owned = stack.move();
  const trial = { cluster, services, fixtures, workload, history, random, disk };
  return { ...trial, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
