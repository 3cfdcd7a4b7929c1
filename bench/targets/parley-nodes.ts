import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startNats } from '@parley/testkit/nats-server';
import { startPostgres } from '@parley/testkit/postgres-server';
import { WORK } from '../measure/build.ts';
import { CORES, cpuSecondsOf, cpuSecondsOfNamed, onCore } from '../measure/child-process.ts';
import { populate, startServer, type ParleyServer, type Seeded } from './parley.ts';
import type { Workload } from './target.ts';

/** The database and bus that several nodes share, with all accounts. Rounds reuse it, so the database grows. */
export interface SharedServers extends AsyncDisposable {
  readonly seeded: Seeded;
  /** Starts `count` nodes in parallel. */
  startNodes(count: number): Promise<Nodes>;
}

export interface Nodes extends AsyncDisposable {
  readonly servers: readonly [ParleyServer, ...ParleyServer[]];
  /** CPU seconds so far of the other nodes, the database and NATS. */
  backgroundProcesses(): Readonly<Record<'nodes' | 'database' | 'bus', number>>;
}

/** Starts PostgreSQL, which syncs every commit, and NATS on the core of the servers under test. */
export async function openSharedServers(fixture: Workload): Promise<SharedServers> {
  await using opening = new AsyncDisposableStack();
  const { postgres, nats } = await onCore(CORES.server, async () => ({
    postgres: opening.use(await startPostgres()),
    nats: opening.use(await startNats()),
  }));
  const env = { DATABASE_URL: await postgres.createDatabase(), NATS_URL: nats.url };
  const startNodes = (count: number): Promise<Nodes> => start(env, count);
  const seeded = await seed(startNodes, fixture);
  const opened = opening.move();
  return { seeded, startNodes, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function seed(startNodes: SharedServers['startNodes'], fixture: Workload): Promise<Seeded> {
  await using nodes = await startNodes(1);
  return await populate(nodes.servers[0].http, fixture);
}

async function start(env: Readonly<Record<string, string>>, count: number): Promise<Nodes> {
  await using starting = new AsyncDisposableStack();
  const folders = Array.from({ length: count }, () => mkdtempSync(join(WORK, 'node-')));
  starting.defer(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  const [first, ...others] = await Promise.all(
    folders.map(async (folder) => starting.use(await startServer(folder, { env }))),
  );
  if (first === undefined) throw new Error('the number of nodes must be positive');
  const started = starting.move();
  return {
    servers: [first, ...others],
    backgroundProcesses: () => ({
      nodes: others.reduce((sum, { child }) => sum + cpuSecondsOf(child.pid), 0),
      database: cpuSecondsOfNamed('postgres'),
      bus: cpuSecondsOfNamed('nats-server'),
    }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
