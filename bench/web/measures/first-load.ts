import { openContext } from '@parley/testkit/browser/user';
import { figure } from '../figures.ts';
import type { Measure, PageSession } from '../page-session.ts';

const IN_CHANNEL = 200;

export const firstLoad: Measure = {
  name: 'first-load',
  title: 'First load on a cold cache',
  about:
    `A browser that was never here before, signed in, opens a channel with ${IN_CHANNEL} messages over loopback. Times are from ` +
    'the start of the navigation; *usable*: the messages are drawn and the caret is in the composer. Bytes are those on the ' +
    'wire, headers included, until then.',
  async run(session) {
    const channel = await session.fixture.channel('first-load', IN_CHANNEL);
    const loads: Load[] = [];
    for (let n = 0; n < (session.quick ? 2 : 12); n += 1) loads.push(await load(session, `/c/${channel}`));
    const each = (name: keyof Load): number[] => loads.map((one) => one[name]);
    return [
      figure('script', each('scriptBytes'), { unit: 'bytes', budget: { of: 'max', atMost: 150_000 } }),
      figure('everything', each('bytes'), { unit: 'bytes' }),
      figure('requests', each('requests'), { unit: 'count' }),
      figure('first contentful paint', each('contentfulMs')),
      figure('usable', each('usableMs')),
      figure('main thread until then', each('taskMs')),
      figure('of which script', each('scriptMs')),
    ];
  },
};

interface Load {
  readonly scriptBytes: number;
  readonly bytes: number;
  readonly requests: number;
  readonly contentfulMs: number;
  readonly usableMs: number;
  readonly taskMs: number;
  readonly scriptMs: number;
}

async function load({ fixture }: PageSession, path: string): Promise<Load> {
  const context = await openContext(fixture.browser, { url: fixture.server.url, reducedMotion: 'no-preference' });
  await context.addCookies(await fixture.ada.context.cookies());
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const types = new Map<string, string>();
  let [bytes, scriptBytes] = [0, 0];
  cdp.on('Network.responseReceived', ({ requestId, type }) => void types.set(requestId, type));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength;
    if (types.get(requestId) === 'Script') scriptBytes += encodedDataLength;
  });
  await cdp.send('Network.enable');
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.addInitScript(noteWhenUsable);
  await page.goto(path, { waitUntil: 'commit' });
  const usableMs = await page.waitForFunction(() => window.usableMs).then((handle) => handle.jsonValue());
  const found = { bytes, scriptBytes, requests: types.size };
  const { metrics } = await cdp.send('Performance.getMetrics');
  const ms = (name: string): number => (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN) * 1_000;
  const contentfulMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  );
  await context.close();
  return {
    ...found,
    contentfulMs,
    usableMs: usableMs ?? Number.NaN,
    taskMs: ms('TaskDuration'),
    scriptMs: ms('ScriptDuration'),
  };
}

declare global {
  interface Window {
    usableMs?: number;
  }
}

/** Runs in the page before all other scripts. */
function noteWhenUsable(): void {
  const look = (): void => {
    const isDrawn = document.querySelector('[role="log"]:not(.invisible) article') !== null;
    const isReady = document.activeElement?.tagName === 'TEXTAREA';
    if (isDrawn && isReady) window.usableMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
