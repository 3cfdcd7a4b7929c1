import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Conformance tests about what nodes share. The others are about one connection, or about one server process. */
const ON_SEVERAL_NODES = ['catching-up', 'changing', 'closing', 'membership', 'reading', 'sending', 'tokens', 'typing'];

export default defineConfig({
  test: {
    passWithNoTests: true,
    // A hang is a failure, slowness is not: what is timed is timed in benchmarks.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Left to itself, vitest keeps one of the cores free.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', '{deploy,scripts}/*.test.ts'],
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
            'packages/server/src/{identity,http}/**/*.test.ts',
          ],
          globalSetup: ['packages/server/src/testing/shared-postgres.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Server processes that share a PostgreSQL and a NATS: what only several can do, and what one does on both of two.
        extends: true,
        test: {
          name: 'nodes',
          include: ['tests/cluster/**/*.test.ts', `tests/conformance/{${ON_SEVERAL_NODES.join(',')}}.test.ts`],
          globalSetup: 'packages/testkit/src/cluster/shared-services.setup.ts',
          env: { PARLEY_TEST_NODES: '2' },
          maxWorkers: 3,
          testTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 120_000,
        },
      },
      {
        // Thousands of worlds of servers and clients, each from its seed.
        extends: true,
        test: {
          name: 'simulation',
          include: ['tests/simulation/**/*.test.ts', 'tests/mutation/**/*.test.ts'],
          testTimeout: 900_000,
        },
      },
      {
        // A real server process under real faults, a few of each kind; and the checker of what was recorded.
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          exclude: ['**/*.nodes.test.ts'],
          hookTimeout: 600_000,
        },
      },
      {
        // The same with three of them that share a PostgreSQL and a NATS.
        extends: true,
        test: { name: 'faults-nodes', include: ['tests/faults/**/*.nodes.test.ts'], hookTimeout: 600_000 },
      },
      {
        // Speaks to a real server process from outside, through nothing but the wire protocol.
        extends: true,
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts', 'tests/fuzz/**/*.test.ts'],
          // Most of the time it waits: for servers to start, and for their patience to end.
          maxWorkers: 4,
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
