import { openSharedServices } from '@parley/testkit/cluster/shared-services';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a PostgreSQL server that all tests of the project share. A test that stops its server starts its own. */
    postgresUrl: string;
  }
}

/** Set-up of the test project `cluster`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = await openSharedServices();
  project.provide('postgresUrl', services.postgresUrl);
  return async () => services[Symbol.asyncDispose]();
}
