import { figure } from '../figures.ts';
import { costOf } from '../page-costs.ts';
import { type Measure, pause, press, showChannel, type Visit } from '../page-session.ts';

const PER_SECOND = 200;

export const busyChannel: Measure = {
  name: 'busy-channel',
  title: 'A channel that receives 200 messages a second',
  about:
    `Somebody posts ${PER_SECOND} messages a second while Ada types in the same channel: at its end, where every message comes ` +
    'into view, and further up, where none does. From a key to the frame with its letter handed to the compositor.',
  async run(visit) {
    const seconds = visit.quick ? 3 : 15;
    const channel = await visit.fixture.channel('busy', 500);
    await showChannel(visit, 'busy');
    const quiet = await type(visit, 2);
    const atEnd = await typeWhilePosting(visit, { channel, seconds });
    await visit.page.getByRole('log').hover();
    await visit.page.mouse.wheel(0, -1_500);
    await visit.page.getByRole('button', { name: /latest|new message/i }).waitFor();
    const above = await typeWhilePosting(visit, { channel, seconds });
    const budget = { of: 'p95', atMost: 50 } as const;
    return [
      figure('a key, with nobody posting', quiet),
      figure('a key at the end of the channel', atEnd.keysMs, { budget }),
      figure('main thread for each message there', [atEnd.taskMs]),
      figure('of which script', [atEnd.scriptMs]),
      figure('a key while reading further up', above.keysMs, { budget }),
      figure('main thread for each message there', [above.taskMs]),
      figure('elements in the page, at most', [Math.max(atEnd.elements, above.elements)], { unit: 'count' }),
    ];
  },
};

interface Typed {
  readonly keysMs: readonly number[];
  readonly taskMs: number;
  readonly scriptMs: number;
  readonly elements: number;
}

async function typeWhilePosting(
  visit: Visit,
  { channel, seconds }: { readonly channel: string; readonly seconds: number },
): Promise<Typed> {
  let keysMs: readonly number[] = [];
  await visit.page.evaluate(() => window.parleyFrames.watch());
  const { taskMs, scriptMs } = await costOf(visit.cdp, PER_SECOND * seconds, async () => {
    const posting = visit.fixture.grace.postSteadily(channel, { perSecond: PER_SECOND, seconds });
    keysMs = await type(visit, seconds - 1);
    await posting;
  });
  const { elements } = await visit.page.evaluate(() => window.parleyFrames.stop());
  return { keysMs, taskMs, scriptMs, elements };
}

/** Ten keys a second. */
async function type(visit: Visit, seconds: number): Promise<number[]> {
  const composer = visit.page.getByRole('textbox', { name: 'Message #busy' });
  await composer.fill('');
  await composer.focus();
  const untilMs = performance.now() + seconds * 1_000;
  const took: number[] = [];
  for (let n = 0; performance.now() < untilMs; n += 1) {
    took.push((await press(visit, 'abcdefghij '[n % 11] ?? 'a', { kind: 'frame' })).paintedMs);
    await pause(60);
  }
  return took;
}
