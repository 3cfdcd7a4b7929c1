import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

process.env['PARLEY_TEST_NODES'] = '2';

/** Runs the mission spec on two nodes. Each browser's next connection goes to the other node. */
export default defineConfig({
  ...config,
  testMatch: 'mission.spec.ts',
  globalSetup: '../../packages/testkit/src/cluster/shared-services.setup.ts',
});
