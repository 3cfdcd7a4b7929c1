import { figure, type Figure } from '../figures.ts';
import { traceKeys } from '../latency-trace.ts';
import { costOf } from '../page-costs.ts';
import { type Measure, pause, press, showChannel, type Visit } from '../page-session.ts';

const IN_CHANNEL = 500;
const CONFIRMED_MS = 150;

export const sending: Measure = {
  name: 'sending',
  title: 'Sending a message',
  about:
    `A person presses Enter in a channel with ${IN_CHANNEL} messages. *On the screen* is what Chromium itself measures from the ` +
    'key to the presentation of the frame (`EventLatency`); *handed over* ends when the page has given the frame with the ' +
    'message in it to the compositor. A key waits 8 ms for the next frame of 60 Hz on average, whatever the page does. ' +
    'The figures about the confirmation compare the message in its first frame with the same message a moment after.',
  async run(visit) {
    const times = visit.quick ? 10 : 150;
    await visit.fixture.channel('sending', IN_CHANNEL);
    await showChannel(visit, 'sending');
    await send(visit, 'to warm up', 10);
    const shiftedBefore = await visit.page.evaluate(() => window.parleyPress.shifts());
    let sent: readonly Sent[] = [];
    const onScreen = await traceKeys(visit.cdp, async () => {
      sent = await send(visit, 'to measure', times);
    });
    const shifted = (await visit.page.evaluate(() => window.parleyPress.shifts())) - shiftedBefore;
    const cost = await costOf(visit.cdp, times, async () => void (await send(visit, 'to count', times)));
    return [
      figure('Enter to on the screen', onScreen, { budget: { of: 'median', atMost: 16 } }),
      ...figuresOf(sent),
      figure('layout shift by all of them', [shifted], { unit: 'count', budget: { of: 'max', atMost: 0 } }),
      figure('main thread, each message until confirmed', [cost.taskMs]),
      figure('of which script', [cost.scriptMs]),
    ];
  },
};

function figuresOf(sent: readonly Sent[]): Figure[] {
  const each = (name: keyof Sent): number[] => sent.map((one) => one[name]);
  return [
    figure('Enter to handed over', each('paintedMs')),
    figure('Enter to its listeners are done', each('handledMs')),
    figure('movement by the confirmation', each('movedPx'), { unit: 'px', budget: { of: 'max', atMost: 0 } }),
    figure('elements replaced by the confirmation', each('replaced'), {
      unit: 'count',
      budget: { of: 'max', atMost: 0 },
    }),
  ];
}

interface Sent {
  readonly paintedMs: number;
  readonly handledMs: number;
  readonly movedPx: number;
  /** 1 when the message's element is another one than at first. */
  readonly replaced: number;
}

async function send(visit: Visit, what: string, times: number): Promise<Sent[]> {
  const { page } = visit;
  const sent: Sent[] = [];
  for (let n = 1; n <= times; n += 1) {
    const text = `message ${n} of ${times} ${what}`;
    await page.getByRole('textbox', { name: 'Message #sending' }).fill(text);
    await pause(60);
    const painted = await press(visit, 'Enter', { kind: 'message', text });
    const before = await lastMessage(page);
    await pause(CONFIRMED_MS);
    const after = await lastMessage(page);
    if (after.state !== 'sent') throw new Error('the message was not confirmed in time');
    sent.push({ ...painted, movedPx: Math.abs(after.top - before.top), replaced: Number(after.mark !== text) });
  }
  return sent;
}

/** Where it is; leaves a mark on it, and tells the one it had. */
async function lastMessage(page: Visit['page']): Promise<{ top: number; state: string | null; mark: string | null }> {
  return page.evaluate(() => {
    const last = [...document.querySelectorAll('[role="log"] article')].at(-1);
    const mark = last?.getAttribute('data-mark') ?? null;
    const text = last?.textContent.match(/message \d+ of .*?(measure|count|warm up)/)?.[0] ?? '';
    last?.setAttribute('data-mark', text);
    return { top: last?.getBoundingClientRect().top ?? 0, state: last?.getAttribute('data-state') ?? null, mark };
  });
}
