import { figure, type Figure } from '../figures.ts';
import { traceKeys } from '../latency-trace.ts';
import { costOf } from '../page-costs.ts';
import { type Measure, pause, press, showChannel, type PageSession } from '../page-session.ts';

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
  async run(session) {
    const times = session.quick ? 10 : 150;
    await session.fixture.channel('sending', IN_CHANNEL);
    await showChannel(session, 'sending');
    await send(session, 'to warm up', 10);
    const shiftedBefore = await session.page.evaluate(() => window.parleyPress.shifts());
    let sent: readonly SentMessage[] = [];
    const onScreen = await traceKeys(session.cdp, async () => {
      sent = await send(session, 'to measure', times);
    });
    const shifted = (await session.page.evaluate(() => window.parleyPress.shifts())) - shiftedBefore;
    const cost = await costOf(session.cdp, times, async () => void (await send(session, 'to count', times)));
    return [
      figure('Enter to on the screen', onScreen, { budget: { of: 'median', atMost: 16 } }),
      ...figuresOf(sent),
      figure('layout shift by all of them', [shifted], { unit: 'count', budget: { of: 'max', atMost: 0 } }),
      figure('main thread, each message until confirmed', [cost.taskMs]),
      figure('of which script', [cost.scriptMs]),
    ];
  },
};

function figuresOf(sent: readonly SentMessage[]): Figure[] {
  const each = (name: keyof SentMessage): number[] => sent.map((one) => one[name]);
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

interface SentMessage {
  readonly paintedMs: number;
  readonly handledMs: number;
  readonly movedPx: number;
  /** 1 when the element of the message was replaced. */
  readonly replaced: number;
}

async function send(session: PageSession, what: string, times: number): Promise<SentMessage[]> {
  const { page } = session;
  const sent: SentMessage[] = [];
  for (let n = 1; n <= times; n += 1) {
    const text = `message ${n} of ${times} ${what}`;
    await page.getByRole('textbox', { name: 'Message #sending' }).fill(text);
    await pause(60);
    const painted = await press(session, 'Enter', { kind: 'message', text });
    const before = await lastMessage(page);
    await pause(CONFIRMED_MS);
    const after = await lastMessage(page);
    if (after.state !== 'sent') throw new Error('the message was not confirmed in time');
    sent.push({ ...painted, movedPx: Math.abs(after.top - before.top), replaced: Number(after.mark !== text) });
  }
  return sent;
}

/** Position and state of the last message. Marks its element and returns the mark it had before. */
async function lastMessage(
  page: PageSession['page'],
): Promise<{ top: number; state: string | null; mark: string | null }> {
  return page.evaluate(() => {
    const last = [...document.querySelectorAll('[role="log"] article')].at(-1);
    const mark = last?.getAttribute('data-mark') ?? null;
    const text = last?.textContent.match(/message \d+ of .*?(measure|count|warm up)/)?.[0] ?? '';
    last?.setAttribute('data-mark', text);
    return { top: last?.getBoundingClientRect().top ?? 0, state: last?.getAttribute('data-state') ?? null, mark };
  });
}
