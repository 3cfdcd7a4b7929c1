import { startBalancedServer } from './cluster/balanced-server.ts';
import { findSharedServices, nodesPerServer } from './cluster/shared-services.ts';
import { startServer, type ServerOptions, type ServerProcess } from './server-process.ts';

/** Starts a server; in a test project on several nodes, a cluster that looks like one server. */
export function startTestServer(options: ServerOptions): Promise<ServerProcess> {
  const nodes = nodesPerServer();
  if (nodes === 1) return startServer(options);
  const shared = findSharedServices();
  if (shared === null) throw new Error('a cluster needs PostgreSQL and NATS: see cluster/shared-services.setup.ts');
  return startBalancedServer({ nodes, shared, ...options });
}
