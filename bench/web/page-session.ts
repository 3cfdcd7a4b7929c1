import type { CDPSession, Page } from '@playwright/test';
import type { Finding } from './figures.ts';
import type { WebFixture } from './fixture.ts';
import type { Expected, Painted } from './key-latency-probe.ts';

/** A question to the browser. */
export interface Measure extends Omit<Finding, 'figures'> {
  run(session: PageSession): Promise<Finding['figures']>;
}

/** Ada's page, as a measure uses it. */
export interface PageSession {
  readonly fixture: WebFixture;
  readonly page: Page;
  readonly cdp: CDPSession;
  /** Only to see whether everything works. */
  readonly quick: boolean;
}

export async function openPageSession(fixture: WebFixture, quick: boolean): Promise<PageSession> {
  const { page, context } = fixture.ada;
  const cdp = await context.newCDPSession(page);
  // CPU of the thread, not time on the clock: other processes want the cores too.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  return { fixture, page, cdp, quick };
}

/** Opens a channel in the page as it is, without loading the page again. */
export async function showChannel({ page, fixture }: PageSession, name: string): Promise<void> {
  await fixture.ada.openChannel(name);
  await page.locator('[role="log"]:not(.invisible) article').first().waitFor();
}

/** Presses a key and waits for what it brings about. */
export async function press({ page }: PageSession, key: string, expected: Expected): Promise<Painted> {
  await page.evaluate(armProbe, expected);
  await page.keyboard.press(key);
  return page.evaluate(() => window.parleyPress.painted());
}

function armProbe(expected: Expected): void {
  window.parleyPress.arm(expected);
}

/** A while that is not a multiple of a frame's, so that presses come at all times of a frame. */
export async function pause(atLeastMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, atLeastMs + Math.random() * 34));
}
