import type { CDPSession, Page } from '@playwright/test';
import type { Finding } from './figures.ts';
import type { WebFixture } from './fixture.ts';
import type { Expected, Painted } from './key-latency-probe.ts';

/** One measurement in the browser. */
export interface Measure extends Omit<Finding, 'figures'> {
  run(session: PageSession): Promise<Finding['figures']>;
}

/** Ada's page, as measurements use it. */
export interface PageSession {
  readonly fixture: WebFixture;
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Runs few repetitions, only to check that everything works. */
  readonly quick: boolean;
}

export async function openPageSession(fixture: WebFixture, quick: boolean): Promise<PageSession> {
  const { page, context } = fixture.ada;
  const cdp = await context.newCDPSession(page);
  // Measures CPU time of the thread instead of wall-clock time, because other processes share the cores.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  return { fixture, page, cdp, quick };
}

/** Opens a channel without reloading the page. */
export async function showChannel({ page, fixture }: PageSession, name: string): Promise<void> {
  await fixture.ada.openChannel(name);
  await page.locator('[role="log"]:not(.invisible) article').first().waitFor();
}

/** Presses a key and waits for its effect. */
export async function press({ page }: PageSession, key: string, expected: Expected): Promise<Painted> {
  await page.evaluate(armProbe, expected);
  await page.keyboard.press(key);
  return page.evaluate(() => window.parleyPress.painted());
}

function armProbe(expected: Expected): void {
  window.parleyPress.arm(expected);
}

/** Waits a random time, so that presses are spread evenly over a frame. */
export async function pause(atLeastMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, atLeastMs + Math.random() * 34));
}
