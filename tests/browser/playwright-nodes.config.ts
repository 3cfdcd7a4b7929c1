import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

process.env['PARLEY_TEST_NODES'] = '2';

/** The mission once more, on two nodes: each browser's connection, and its next one, goes to the other node. */
export default defineConfig({
  ...config,
  testMatch: 'mission.spec.ts',
  globalSetup: '../../packages/testkit/src/cluster/shared-services.setup.ts',
});
