import { startServer, type ServerProcess } from '../../e2e/server-process.ts';
import { openTcpProxy, type TcpProxy } from '../../e2e/tcp-proxy.ts';

export const JWT_SECRET = 'faults-faults-faults-faults-faults-faults';

/** One server process, and the network that lies before it. */
export interface ClusterNode {
  readonly name: string;
  readonly server: ServerProcess;
  readonly network: TcpProxy;
}

/** What is under test: one server, or several that share a store. */
export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly ClusterNode[];
}

export interface ClusterOptions {
  readonly nodes: number;
  /** Added to each node's environment: where the store and the bus are, when they are outside of it. */
  readonly env?: (node: number) => Readonly<Record<string, string>>;
}

export async function startCluster({ nodes: count, env = () => ({}) }: ClusterOptions): Promise<Cluster> {
  const nodes: ClusterNode[] = [];
  const stop = async (): Promise<void> => {
    for (const { network, server } of nodes) {
      await network[Symbol.asyncDispose]();
      await server.stop();
    }
  };
  try {
    for (let index = 0; index < count; index += 1) {
      const server = await startServer({ env: { ...SETTINGS, ...env(index) }, startTimeoutMs: 60_000 });
      nodes.push({ name: `node ${index + 1}`, server, network: await openTcpProxy(server.port) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, [Symbol.asyncDispose]: stop };
}

const SETTINGS = {
  PARLEY_JWT_SECRET: JWT_SECRET,
  PARLEY_RATE_LIMITS: 'off',
  PARLEY_MAX_CONNECTIONS_PER_USER: '1000',
  LOG_LEVEL: 'error',
};
