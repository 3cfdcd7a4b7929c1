import { startCluster, type Cluster } from '@parley/testkit/cluster/balanced-cluster';
import { findSharedServices, type SharedServices } from '@parley/testkit/cluster/shared-services';
import type { RawClientOptions } from '@parley/testkit/raw-client';
import { startFixture, type ServerFixture } from '@parley/testkit/server-fixture';
import type { ServerProcess } from '@parley/testkit/server-process';

/** A world on two nodes that its tests can tell apart. */
export interface ClusterFixture extends ServerFixture {
  readonly nodes: readonly [ClusterNode, ClusterNode];
}

export interface ClusterNode extends ServerProcess {
  /** Options of a connection to this node. */
  readonly address: Pick<RawClientOptions, 'url'>;
}

/** On a database of its own. `own` servers take the place of those that all worlds share. */
export async function startClusterFixture(
  env: Readonly<Record<string, string>> = {},
  own: Partial<SharedServices> = {},
): Promise<ClusterFixture> {
  const shared = findSharedServices();
  if (shared === null) throw new Error('tests of several nodes need cluster/shared-services.setup.ts');
  let cluster: Cluster | null = null;
  const fixture = await startFixture(env, {
    async start(options) {
      cluster = await startCluster({ ...shared, ...own }, options);
      return cluster;
    },
  });
  const [one, two] = (cluster as Cluster | null)?.nodes.map((node) => ({ ...node, address: { url: node.url } })) ?? [];
  return { ...fixture, nodes: [one!, two!] };
}

/** A request under `/api/v1` to one node in particular. */
export async function ask(
  node: ClusterNode,
  token: string,
  [method, path, body]: readonly [string, string, object?],
): Promise<number> {
  const response = await fetch(`${node.url}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  await response.body?.cancel();
  return response.status;
}
