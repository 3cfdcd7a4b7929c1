import { createDatabase } from '../postgres-server.ts';
import { startServer, type ServerProcess } from '../server-process.ts';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { openNodeLinks, type NodeEnv, type NodeLinks } from './node-links.ts';
import type { SharedServices } from './shared-services.ts';

/** Nodes on one database and one bus; or a single server with a data folder. */
export interface Cluster<N extends ClusterNode = ClusterNode> extends AsyncDisposable {
  readonly nodes: readonly N[];
  /** Null without shared services. */
  readonly databaseUrl: string | null;
}

export interface ClusterNode {
  readonly name: string;
  readonly server: ServerProcess;
}

/** A node whose network links can be disturbed. */
export interface ProxiedNode extends ClusterNode {
  /** Between the node and its clients. */
  readonly network: TcpProxy;
  /** Between the node and the shared services; null without them. */
  readonly links: NodeLinks | null;
}

export interface ClusterOptions {
  readonly nodes: number;
  /** What the nodes share, with a new database. Null for a single server with SQLite. */
  readonly shared: SharedServices | null;
  /** Puts a proxy into each network link of each node. */
  readonly proxied?: boolean;
  /** Added to the environment of each node. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts all nodes at once, and waits until they are healthy. */
export function startCluster(options: ClusterOptions & { readonly proxied: true }): Promise<Cluster<ProxiedNode>>;
export function startCluster(options: ClusterOptions): Promise<Cluster>;
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { nodes: count, shared, proxied = false, env = {} } = options;
  await using stack = new AsyncDisposableStack();
  const services = shared === null ? null : await createServiceEnv(shared);

  async function start(index: number): Promise<ClusterNode | ProxiedNode> {
    const name = `node ${index + 1}`;
    const links = services === null || !proxied ? null : stack.use(await openNodeLinks(services));
    const server = stack.use(await startServer({ env: { ...(links?.env ?? services), ...env } }));
    return proxied ? { name, server, links, network: stack.use(await openTcpProxy(server.port)) } : { name, server };
  }

  // Waits for each node even when one fails, so that all are stopped.
  const starting = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)));
  const nodes = starting.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  const owned = stack.move();
  return { nodes, databaseUrl: services?.DATABASE_URL ?? null, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function createServiceEnv({ postgresUrl, natsUrl }: SharedServices): Promise<NodeEnv> {
  return { DATABASE_URL: await createDatabase(postgresUrl), NATS_URL: natsUrl };
}
