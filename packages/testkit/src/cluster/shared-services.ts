import { startNats } from '../nats-server.ts';
import { startPostgres } from '../postgres-server.ts';

/** A PostgreSQL and a NATS that all tests of a run share. Each test makes its own database. */
export interface SharedServices {
  /** Of a superuser's database, from which other databases are made. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
}

const POSTGRES = 'PARLEY_TEST_POSTGRES';
const NATS = 'PARLEY_TEST_NATS';
const NODES = 'PARLEY_TEST_NODES';

/** The services of this run; null when it has none. */
export function findSharedServices(): SharedServices | null {
  const { [POSTGRES]: postgresUrl, [NATS]: natsUrl } = process.env;
  return postgresUrl === undefined || natsUrl === undefined ? null : { postgresUrl, natsUrl };
}

/** Nodes behind each address that a test gets. `PARLEY_TEST_NODES` sets it for a project; the default is one server alone. */
export function nodesPerServer(): number {
  return Number(process.env[NODES] ?? '1');
}

/**
 * The services of this run: those that `scripts/test.mjs` started, or else new ones, for this process and all that it
 * starts. Only their starter stops them.
 */
export async function openSharedServices(): Promise<SharedServices & AsyncDisposable> {
  const found = findSharedServices();
  if (found !== null) return { ...found, [Symbol.asyncDispose]: () => Promise.resolve() };
  await using starting = new AsyncDisposableStack();
  const { url: postgresUrl } = starting.use(await startPostgres());
  const { url: natsUrl } = starting.use(await startNats());
  process.env[POSTGRES] = postgresUrl;
  process.env[NATS] = natsUrl;
  const started = starting.move();
  return { postgresUrl, natsUrl, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
