import type { ChannelView } from '@parley/client';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';

/** Requests in flight when the last fault ends are answered by then. */
const IN_FLIGHT_MS = 12_000;
/** G5. */
const WRONG_AT_MOST_MS = 5_000;

/**
 * G5, in fault-free periods: the unread count is exact as of the last applied event, if the messages after the cursor
 * are loaded. It may be wrong for a moment during a sync.
 */
export function checkUnread(simulation: Simulation, tab: Tab): void {
  for (const view of tab.client.channels.get()) {
    const expected = expectedUnread(simulation, tab, view);
    if (expected === null || expected === view.unread || simulation.faultFreeMs() < IN_FLIGHT_MS) {
      tab.unreadWrongSinceMs.delete(view.id);
      continue;
    }
    const sinceMs = tab.unreadWrongSinceMs.get(view.id) ?? simulation.clock.elapsed();
    tab.unreadWrongSinceMs.set(view.id, sinceMs);
    if (simulation.clock.elapsed() - sinceMs <= WRONG_AT_MOST_MS) continue;
    const subject = `${tab.clientId} counts ${view.unread} unread in ${view.id} as of ${view.lastSeq}`;
    simulation.reportViolation('G5 convergence', `${subject}, it has been ${expected} for 5 s`);
  }
}

/** Null if the client can't know the exact count. */
function expectedUnread(simulation: Simulation, tab: Tab, { id, readSeq, lastSeq }: ChannelView): number | null {
  const { messages, state, moreBefore, moreAfter } = tab.client.timeline(id).get();
  const isLoaded = state === 'loaded' && !moreAfter && (!moreBefore || (messages[0]?.seq ?? 0) <= readSeq + 1);
  if (!isLoaded || !tab.isOnline || tab.connection?.isHealthy !== true) return null;
  return simulation.oracle.unread(id, tab.user, { readSeq, asOf: lastSeq }).unread;
}
