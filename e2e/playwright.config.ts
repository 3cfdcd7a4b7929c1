import { defineConfig } from '@playwright/test';
import { findChromium } from './browser/chromium.ts';

const { executablePath, args, env } = await findChromium();

export default defineConfig({
  testDir: 'browser',
  outputDir: 'results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath, args, env: { ...process.env, ...env } },
  },
});
