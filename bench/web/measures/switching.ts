import { figure } from '../figures.ts';
import { costOf, measureMemory } from '../page-costs.ts';
import { type Measure, pause, press, type PageSession } from '../page-session.ts';

const WARM_CHANNELS = 10;
/** More than the SDK keeps loaded, so that messages are evicted and loaded again. */
const MANY_CHANNELS = 30;
const IN_CHANNEL = 200;

export const switching: Measure = {
  name: 'switching',
  title: 'Switching channels',
  about:
    `Enter on a channel's name in the sidebar, ${IN_CHANNEL} messages in each. *Warm*: ${WARM_CHANNELS} channels that were open ` +
    'before, from the key until the frame with the messages is handed to the compositor. Then on and on through ' +
    `${MANY_CHANNELS} channels, more than stay loaded; what the page holds is counted after garbage collection.`,
  async run(session) {
    const { fixture, cdp } = session;
    const names = Array.from({ length: MANY_CHANNELS }, (_, n) => `switch-${String(n).padStart(2, '0')}`);
    for (const name of names) await fixture.channel(name, IN_CHANNEL);
    const warmed = names.slice(0, WARM_CHANNELS);
    await rounds(session, warmed, 2 * WARM_CHANNELS);
    const warm = await rounds(session, warmed, session.quick ? 10 : 200);
    const cost = await costOf(cdp, 100, async () => void (await rounds(session, warmed, 100)));
    await rounds(session, names, 2 * MANY_CHANNELS);
    const before = await measureMemory(cdp);
    const many = await rounds(session, names, session.quick ? 30 : 1_000);
    const after = await measureMemory(cdp);
    const grown = ((after.heapBytes - before.heapBytes) / before.heapBytes) * 100;
    return [
      figure('warm switch, to handed over', warm, { budget: { of: 'p95', atMost: 50 } }),
      figure('main thread, each warm switch', [cost.taskMs]),
      figure('of which script', [cost.scriptMs]),
      figure('switch among many, to handed over', many),
      figure('heap before', [before.heapBytes], { unit: 'bytes' }),
      figure(`heap after ${many.length} switches`, [after.heapBytes], { unit: 'bytes' }),
      figure('heap grown by, %', [Math.max(0, grown)], { unit: 'count', budget: { of: 'max', atMost: 10 } }),
      figure('DOM nodes before', [before.nodes], { unit: 'count' }),
      figure('DOM nodes after', [after.nodes], { unit: 'count' }),
      figure('listeners before', [before.listeners], { unit: 'count' }),
      figure('listeners after', [after.listeners], { unit: 'count' }),
    ];
  },
};

async function rounds(session: PageSession, names: readonly string[], times: number): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const name = names[n % names.length] ?? '';
    await session.fixture.ada.sidebarLink(name).focus();
    await pause(20);
    took.push((await press(session, 'Enter', { kind: 'channel', name })).paintedMs);
  }
  return took;
}
