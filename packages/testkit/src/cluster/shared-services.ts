/** Where the servers that several nodes share are. */
export interface Shared {
  /** Of a PostgreSQL on which databases can be made. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
}

const POSTGRES = 'PARLEY_TEST_POSTGRES';
const NATS = 'PARLEY_TEST_NATS';

/** From now on the tests of this run, in this process and those it starts, run on several nodes. */
export function shareServers({ postgresUrl, natsUrl }: Shared): void {
  process.env[POSTGRES] = postgresUrl;
  process.env[NATS] = natsUrl;
}

/** Null where tests run on single servers. */
export function findShared(): Shared | null {
  const [postgresUrl, natsUrl] = [process.env[POSTGRES], process.env[NATS]];
  return postgresUrl === undefined || natsUrl === undefined ? null : { postgresUrl, natsUrl };
}
