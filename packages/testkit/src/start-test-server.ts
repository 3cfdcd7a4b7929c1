import { startCluster } from './cluster/balanced-cluster.ts';
import { findSharedServices, nodesPerServer } from './cluster/shared-services.ts';
import { startServer, type ServerOptions, type ServerProcess } from './server-process.ts';

/** A server; in a run on several nodes, a cluster that behaves like one. */
export function startTestServer(options: ServerOptions): Promise<ServerProcess> {
  if (nodesPerServer() === 1) return startServer(options);
  const shared = findSharedServices();
  if (shared === null) throw new Error('a cluster needs PostgreSQL and NATS: see cluster/shared-services.setup.ts');
  return startCluster(shared, options);
}
