import { figure, type Figure } from '../figures.ts';
import type { Frames } from '../frame-probe.ts';
import { costOf, measureMemory } from '../page-costs.ts';
import { type Measure, showChannel, type PageSession } from '../page-session.ts';

const PX_PER_SECOND = 4_000;

export const scrolling: Measure = {
  name: 'scrolling',
  title: 'Scrolling through 100,000 messages',
  about:
    `Up from the end of the channel at a steady ${PX_PER_SECOND.toLocaleString('en')} px/s, and down again; then to the first ` +
    'message of all, as fast as the pages come, by jumping to the upper edge again and again. A frame of 60 Hz has 16.7 ms; one that took longer came late. *Blank*: part of ' +
    'the view without a row when the page handed a frame over. The heap is counted after garbage collection.',
  async run(session) {
    const { fixture, cdp } = session;
    const messages = session.quick ? 3_000 : 100_000;
    await fixture.channel('long', messages);
    await showChannel(session, 'long');
    const before = await measureMemory(cdp);
    const seconds = session.quick ? 3 : 20;
    const up = await scroll(session, { seconds, direction: 1 });
    const down = await scroll(session, { seconds: seconds / 2, direction: -1 });
    const walk = await walkToStart(session);
    const after = await measureMemory(cdp);
    return [
      ...framesOf('up', up.frames),
      figure('up: main thread for each second', [up.taskMs / seconds]),
      ...framesOf('down', down.frames),
      figure(`to message 1 of ${messages.toLocaleString('en')}`, [walk.tookMs]),
      figure('elements in the page, at most', [walk.frames.elements], { unit: 'count' }),
      figure('heap before', [before.heapBytes], { unit: 'bytes' }),
      figure('heap at message 1', [after.heapBytes], { unit: 'bytes' }),
    ];
  },
};

function framesOf(direction: string, { intervalsMs, blankPx }: Frames): Figure[] {
  const late = intervalsMs.filter((interval) => interval > 25).length;
  return [
    figure(`${direction}: from frame to frame`, intervalsMs, { budget: { of: 'p95', atMost: 17.5 } }),
    figure(`${direction}: frames that came late, %`, [(late / intervalsMs.length) * 100], { unit: 'count' }),
    figure(`${direction}: blank`, blankPx, { unit: 'px', budget: { of: 'max', atMost: 1 } }),
  ];
}

/** A synthetic gesture of Chromium, which scrolls as smoothly as the compositor can. */
async function scroll(
  session: PageSession,
  { seconds, direction }: { readonly seconds: number; readonly direction: 1 | -1 },
): Promise<{ frames: Frames; taskMs: number }> {
  const { page, cdp } = session;
  const box = await page.getByRole('log').boundingBox();
  if (box === null) throw new Error('there is no timeline');
  await page.evaluate(() => window.parleyFrames.watch());
  const { taskMs } = await costOf(cdp, 1, async () => {
    await cdp.send('Input.synthesizeScrollGesture', {
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      yDistance: direction * seconds * PX_PER_SECOND,
      speed: PX_PER_SECOND,
      gestureSourceType: 'mouse',
      preventFling: true,
    });
  });
  return { frames: await page.evaluate(() => window.parleyFrames.stop()), taskMs };
}

const WALK_TIMEOUT_MS = 600_000;

/** Stays at the upper end of the loaded messages until the first message is reached. */
async function walkToStart({ page }: PageSession): Promise<{ frames: Frames; tookMs: number }> {
  await page.evaluate(() => window.parleyFrames.watch());
  const startedMs = performance.now();
  const end = startedMs + WALK_TIMEOUT_MS;
  while (!(await page.evaluate(goUp))) {
    if (performance.now() > end) throw new Error('the first message was not reached');
  }
  const tookMs = performance.now() - startedMs;
  return { frames: await page.evaluate(() => window.parleyFrames.stop()), tookMs };
}

/** Stays at the upper end for ten frames. Returns whether the start of the channel is loaded. */
async function goUp(): Promise<boolean> {
  const log = document.querySelector('[role="log"]');
  if (log === null) throw new Error('there is no timeline');
  for (let frame = 0; frame < 10; frame += 1) {
    log.scrollTop = 0;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  return log.querySelector('h2')?.textContent === 'long';
}
