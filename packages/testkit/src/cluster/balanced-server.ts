import type { ServerProcess } from '../server-process.ts';
import { openBalancer } from './balancer.ts';
import { startCluster, type ClusterOptions } from './cluster.ts';

/** A cluster behind a load balancer that looks like one server: each operation applies to all nodes. */
export interface BalancedServer extends ServerProcess {
  readonly nodes: readonly ServerProcess[];
}

export async function startBalancedServer(options: ClusterOptions): Promise<BalancedServer> {
  await using starting = new AsyncDisposableStack();
  const cluster = starting.use(await startCluster(options));
  const nodes = cluster.nodes.map(({ server }) => server);
  const [first] = nodes;
  if (first === undefined) throw new Error('a cluster needs a node');
  const balancer = starting.use(await openBalancer(nodes.map(({ port }) => port)));
  const started = starting.move();
  const stop = (): Promise<void> => started.disposeAsync();
  return {
    nodes,
    url: `http://127.0.0.1:${balancer.port}`,
    port: balancer.port,
    dataFolder: first.dataFolder,
    output: () => nodes.map((node) => node.output()).join('\n'),
    pid: () => first.pid(),
    kill: async (signal) => worst(await Promise.all(nodes.map((node) => node.kill(signal)))),
    signal(signal) {
      for (const node of nodes) node.signal(signal);
    },
    ended: async () => worst(await Promise.all(nodes.map((node) => node.ended()))),
    async start() {
      await Promise.all(nodes.map((node) => node.start()));
    },
    /** A rolling restart. */
    async restart() {
      for (const node of nodes) await node.restart();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The first exit code that reports a problem; 0 when none does. */
function worst(codes: readonly (number | null)[]): number | null {
  const bad = codes.find((code) => code !== 0);
  return bad === undefined ? 0 : bad;
}
