import { startNats, type NatsServer } from '../nats-server.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';
import { openTcpProxy, type TcpProxy } from '../tcp-proxy.ts';

/** What all nodes of a cluster share: a real PostgreSQL with a database of their own, and a real NATS. */
export interface SharedServers extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  /** Past all networks. */
  readonly databaseUrl: string;
}

/** The networks between one node and what it shares with the others: each can be made bad for this node alone. */
export interface SharedLinks extends AsyncDisposable {
  readonly postgres: TcpProxy;
  readonly nats: TcpProxy;
  /** Where the node finds both. */
  readonly env: Readonly<Record<string, string>>;
}

/** Both on free ports, in temporary folders. Rejects with a sentence when one is not installed. */
export async function startSharedServers(): Promise<SharedServers> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.use(await startPostgres());
  const nats = stack.use(await startNats());
  const databaseUrl = await postgres.createDatabase();
  const owned = stack.move();
  return { postgres, nats, databaseUrl, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

export async function openLinks({ postgres, nats, databaseUrl }: SharedServers): Promise<SharedLinks> {
  await using stack = new AsyncDisposableStack();
  const toPostgres = stack.use(await openTcpProxy(postgres.port));
  const toNats = stack.use(await openTcpProxy(nats.port));
  const database = new URL(databaseUrl);
  database.port = String(toPostgres.port);
  const owned = stack.move();
  return {
    postgres: toPostgres,
    nats: toNats,
    env: { DATABASE_URL: database.href, NATS_URL: `nats://127.0.0.1:${toNats.port}` },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
