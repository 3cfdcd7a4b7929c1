import { startNats } from '../nats-server.ts';
import { startPostgres } from '../postgres-server.ts';
import { shareServers } from './shared-services.ts';

/** Before a test run on several nodes: one PostgreSQL and one NATS for all its clusters, each with a database of its own. */
export default async function startSharedServers(): Promise<() => Promise<void>> {
  await using starting = new AsyncDisposableStack();
  const postgres = starting.use(await startPostgres());
  const nats = starting.use(await startNats());
  shareServers({ postgresUrl: postgres.url, natsUrl: nats.url });
  const servers = starting.move();
  return () => servers.disposeAsync();
}
