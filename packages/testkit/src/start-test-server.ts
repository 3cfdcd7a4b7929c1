import { startCluster } from './cluster/balanced-cluster.ts';
import { findShared } from './cluster/shared-services.ts';
import { startServer, type ServerOptions, type ServerProcess } from './server-process.ts';

/** A server; in a run on several nodes, a cluster that looks like one. */
export function startTestServer(options: ServerOptions): Promise<ServerProcess> {
  const shared = findShared();
  return shared === null ? startServer(options) : startCluster(shared, options);
}
