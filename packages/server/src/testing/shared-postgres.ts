import { startPostgres } from '@parley/testkit/postgres-server';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a PostgreSQL that all tests of the project share; a test that stops one starts its own. */
    postgresUrl: string;
  }
}

/** Set-up of the test project `cluster`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide('postgresUrl', server.url);
  return async () => server[Symbol.asyncDispose]();
}
