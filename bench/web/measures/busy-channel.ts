import { figure } from '../figures.ts';
import { costOf } from '../page-costs.ts';
import { type Measure, pause, press, showChannel, type PageSession } from '../page-session.ts';

const PER_SECOND = 200;

export const busyChannel: Measure = {
  name: 'busy-channel',
  title: 'A channel that receives 200 messages a second',
  about:
    `Somebody posts ${PER_SECOND} messages a second while Ada types in the same channel: at its end, where every message comes ` +
    'into view, and further up, where none does. From a key to the frame with its letter handed to the compositor.',
  async run(session) {
    const seconds = session.quick ? 3 : 15;
    const channel = await session.fixture.channel('busy', 500);
    await showChannel(session, 'busy');
    const quiet = await type(session, 2);
    const atEnd = await typeWhilePosting(session, { channel, seconds });
    await session.page.getByRole('log').hover();
    await session.page.mouse.wheel(0, -1_500);
    await session.page.getByRole('button', { name: /latest|new message/i }).waitFor();
    const above = await typeWhilePosting(session, { channel, seconds });
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
  session: PageSession,
  { channel, seconds }: { readonly channel: string; readonly seconds: number },
): Promise<Typed> {
  let keysMs: readonly number[] = [];
  await session.page.evaluate(() => window.parleyFrames.watch());
  const { taskMs, scriptMs } = await costOf(session.cdp, PER_SECOND * seconds, async () => {
    const posting = session.fixture.grace.postSteadily(channel, { perSecond: PER_SECOND, seconds });
    keysMs = await type(session, seconds - 1);
    await posting;
  });
  const { elements } = await session.page.evaluate(() => window.parleyFrames.stop());
  return { keysMs, taskMs, scriptMs, elements };
}

/** Types ten keys a second. */
async function type(session: PageSession, seconds: number): Promise<number[]> {
  const composer = session.page.getByRole('textbox', { name: 'Message #busy' });
  await composer.fill('');
  await composer.focus();
  const untilMs = performance.now() + seconds * 1_000;
  const took: number[] = [];
  for (let n = 0; performance.now() < untilMs; n += 1) {
    took.push((await press(session, 'abcdefghij '[n % 11] ?? 'a', { kind: 'frame' })).paintedMs);
    await pause(60);
  }
  return took;
}
