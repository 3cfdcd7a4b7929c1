import { startServices } from './services.ts';

/** Addresses of a PostgreSQL and a NATS that many clusters share. Each cluster has a database of its own. */
export interface SharedServices {
  /** The URL of a superuser's database, from which other databases are created. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
}

const POSTGRES = 'PARLEY_TEST_POSTGRES';
const NATS = 'PARLEY_TEST_NATS';
const NODES = 'PARLEY_TEST_NODES';

/** The services of this test run; null when it has none. */
export function findSharedServices(): SharedServices | null {
  const { [POSTGRES]: postgresUrl, [NATS]: natsUrl } = process.env;
  return postgresUrl === undefined || natsUrl === undefined ? null : { postgresUrl, natsUrl };
}

/** Nodes behind the address of each test server. `PARLEY_TEST_NODES` sets it for a test project; the default is 1. */
export function nodesPerServer(): number {
  return Number(process.env[NODES] ?? '1');
}

/**
 * The services of this test run: those that `scripts/test.mjs` has started, or else new ones, which this process and its
 * children then share. Disposal stops only what this call has started.
 */
export async function openSharedServices(): Promise<SharedServices & AsyncDisposable> {
  const found = findSharedServices();
  if (found !== null) return { ...found, [Symbol.asyncDispose]: () => Promise.resolve() };
  const services = await startServices();
  const [postgresUrl, natsUrl] = [services.postgres.url, services.nats.url];
  process.env[POSTGRES] = postgresUrl;
  process.env[NATS] = natsUrl;
  return { postgresUrl, natsUrl, [Symbol.asyncDispose]: () => services[Symbol.asyncDispose]() };
}
