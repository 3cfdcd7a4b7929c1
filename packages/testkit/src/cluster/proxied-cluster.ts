import { JWT_SECRET } from '../jwt.ts';
import { startServer, type ServerProcess } from '../server-process.ts';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { openLinks, startSharedServers, type SharedLinks, type SharedServers } from './proxied-services.ts';

/** One server process, and the networks around it. */
export interface ClusterNode {
  readonly name: string;
  readonly server: ServerProcess;
  /** Between it and its clients. */
  readonly network: TcpProxy;
  /** Between it and what it shares with other nodes; null when it is alone. */
  readonly links: SharedLinks | null;
}

/** What is under test: one server with a data folder, or several that share a PostgreSQL and a NATS. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly ClusterNode[];
  /** Null with one node. */
  readonly shared: SharedServers | null;
}

export interface ClusterOptions {
  readonly nodes: number;
  /** Added to each node's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts all nodes at once, and waits until they are healthy. */
export async function startCluster({ nodes: count, env = {} }: ClusterOptions): Promise<Cluster> {
  await using stack = new AsyncDisposableStack();
  const shared = count === 1 ? null : stack.use(await startSharedServers());

  async function start(index: number): Promise<ClusterNode> {
    const links = shared === null ? null : stack.use(await openLinks(shared));
    const settings = { ...SETTINGS, ...links?.env, ...env };
    const server = stack.use(await startServer({ env: settings }));
    return { name: `node ${index + 1}`, server, links, network: stack.use(await openTcpProxy(server.port)) };
  }

  // Each is waited for, also where one fails: so all are stopped.
  const starting = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)));
  const nodes = starting.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  const owned = stack.move();
  return { nodes, shared, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const SETTINGS = {
  PARLEY_JWT_SECRET: JWT_SECRET,
  PARLEY_RATE_LIMITS: 'off',
  PARLEY_MAX_CONNECTIONS_PER_USER: '1000',
  LOG_LEVEL: 'error',
};
