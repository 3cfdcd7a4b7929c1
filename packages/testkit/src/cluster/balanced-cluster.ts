import { createDatabase } from '../postgres-server.ts';
import { startServer, type ServerOptions, type ServerProcess } from '../server-process.ts';
import { openBalancer } from './balancer.ts';
import type { SharedServices } from './shared-services.ts';

/** Several nodes behind a balancer. What is asked of it as of one server, all its nodes do. */
export interface Cluster extends ServerProcess {
  readonly nodes: readonly ServerProcess[];
}

/** Starts nodes on a new database, all at once, and waits until they are healthy. */
export async function startCluster(
  { postgresUrl, natsUrl }: SharedServices,
  { nodes: count = 2, ...options }: ServerOptions & { readonly nodes?: number } = {},
): Promise<Cluster> {
  const databaseUrl = await createDatabase(postgresUrl);
  const env = { DATABASE_URL: databaseUrl, NATS_URL: natsUrl, ...options.env };
  await using starting = new AsyncDisposableStack();
  const start = async () => starting.use(await startServer({ ...options, env }));
  const nodes = await Promise.all(Array.from({ length: count }, start));
  const balancer = starting.use(await openBalancer(nodes.map(({ port }) => port)));
  const started = starting.move();
  const stop = (): Promise<void> => started.disposeAsync();
  return {
    nodes,
    url: `http://127.0.0.1:${balancer.port}`,
    port: balancer.port,
    dataFolder: nodes[0]!.dataFolder,
    output: () => nodes.map((node) => node.output()).join('\n'),
    /** Of the first, which stands for all. */
    pid: () => nodes[0]!.pid(),
    kill: async (signal) => worst(await Promise.all(nodes.map((node) => node.kill(signal)))),
    signal(signal) {
      for (const node of nodes) node.signal(signal);
    },
    ended: async () => worst(await Promise.all(nodes.map((node) => node.ended()))),
    async start() {
      await Promise.all(nodes.map((node) => node.start()));
    },
    /** One after the other, as an operator would. */
    async restart() {
      for (const node of nodes) await node.restart();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** An exit code that says more than that all went well, if there is one. */
function worst(codes: readonly (number | null)[]): number | null {
  const bad = codes.find((code) => code !== 0);
  return bad === undefined ? 0 : bad;
}
