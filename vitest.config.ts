import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'deploy/*.test.ts'],
          exclude: ['**/*.cluster.test.ts'],
        },
      },
      {
        // What several nodes share, with the real thing: PostgreSQL and NATS, started by the tests.
        extends: true,
        test: {
          name: 'cluster',
          include: [
            'packages/*/src/**/*.cluster.test.ts',
            // What works on SQLite works on PostgreSQL: `httpWorld` opens that here.
            'packages/server/src/{auth,http}/**/*.test.ts',
          ],
          globalSetup: ['packages/server/src/testing/shared-postgres.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Thousands of worlds of servers and clients, each from its seed.
        extends: true,
        test: { name: 'simulation', include: ['simulation/**/*.test.ts'], testTimeout: 900_000 },
      },
      {
        // Speaks to a real server process from outside, through nothing but the wire protocol.
        extends: true,
        test: {
          name: 'conformance',
          include: ['e2e/conformance/**/*.test.ts', 'fuzz/**/*.test.ts'],
          // Most of the time it waits: for servers to start, and for their patience to end.
          maxWorkers: 4,
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
