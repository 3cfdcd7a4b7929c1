import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Conformance tests about state that nodes share. The others are about one connection or one server process. */
const ON_SEVERAL_NODES = ['catching-up', 'changing', 'closing', 'membership', 'reading', 'sending', 'tokens', 'typing'];

export default defineConfig({
  test: {
    passWithNoTests: true,
    // A hang is a failure, slowness is not: time is measured in benchmarks.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // By default vitest keeps one core free.
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
        // Adapters for several nodes, with a real PostgreSQL and NATS that the tests start.
        extends: true,
        test: {
          name: 'cluster',
          include: [
            'packages/*/src/**/*.cluster.test.ts',
            // These run on SQLite in `unit`. Here their fixture opens PostgreSQL.
            'packages/server/src/{identity,http}/**/*.test.ts',
          ],
          globalSetup: ['packages/server/src/testing/shared-postgres.ts'],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Two server processes on one PostgreSQL and NATS: what only several can do, and much of `conformance` again.
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
        // Thousands of simulated clusters with clients, each from its seed; pinned histories; the mutants apply.
        extends: true,
        test: {
          name: 'simulation',
          include: ['tests/simulation/**/*.test.ts', 'tests/mutation/**/*.test.ts'],
          testTimeout: 900_000,
        },
      },
      {
        // A real server process under a few faults of each kind, and the checker of recorded histories.
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/faults/**/*.test.ts'],
          exclude: ['**/*.nodes.test.ts'],
          hookTimeout: 600_000,
        },
      },
      {
        // The same with three processes on one PostgreSQL and NATS.
        extends: true,
        test: { name: 'faults-nodes', include: ['tests/faults/**/*.nodes.test.ts'], hookTimeout: 600_000 },
      },
      {
        // Black-box tests of a real server process, through the wire protocol only.
        extends: true,
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts', 'tests/fuzz/**/*.test.ts'],
          // These tests mostly wait, for servers to start and for timeouts.
          maxWorkers: 4,
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
