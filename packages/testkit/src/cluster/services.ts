import { startNats, type NatsServer } from '../nats-server.ts';
import { startPostgres, type PostgresServer } from '../postgres-server.ts';

/** A PostgreSQL and a NATS for the nodes of clusters. */
export interface Services extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
}

/** Starts both on free ports, with temporary folders. Rejects with a sentence when one of them is not installed. */
export async function startServices(): Promise<Services> {
  await using starting = new AsyncDisposableStack();
  const postgres = starting.use(await startPostgres());
  const nats = starting.use(await startNats());
  const started = starting.move();
  return { postgres, nats, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
