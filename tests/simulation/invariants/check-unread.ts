import type { ChannelView } from '@parley/client';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';

/** What was under way when the last fault ended is answered by then. */
const LAST_TROUBLE_MS = 12_000;
/** G5. */
const WRONG_AT_MOST_MS = 5_000;

/**
 * G5, between the storms: what is said to be unread is so, as of the last event that was applied, wherever the messages
 * after the cursor are loaded. While they are being brought up to date it may be wrong for a moment.
 */
export function checkUnread(simulation: Simulation, tab: Tab): void {
  for (const view of tab.client.channels.get()) {
    const truth = truthOf(simulation, tab, view);
    if (truth === null || truth === view.unread || simulation.faultFreeMs() < LAST_TROUBLE_MS) {
      tab.unreadWrongSinceMs.delete(view.id);
      continue;
    }
    const sinceMs = tab.unreadWrongSinceMs.get(view.id) ?? simulation.clock.elapsed();
    tab.unreadWrongSinceMs.set(view.id, sinceMs);
    if (simulation.clock.elapsed() - sinceMs <= WRONG_AT_MOST_MS) continue;
    const told = `${tab.clientId} counts ${view.unread} unread in ${view.id} as of ${view.lastSeq}`;
    simulation.reportViolation('G5 convergence', `${told}, it has been ${truth} for 5 s`);
  }
}

/** Null where nobody can say. */
function truthOf(simulation: Simulation, tab: Tab, { id, readSeq, lastSeq }: ChannelView): number | null {
  const { messages, state, moreBefore, moreAfter } = tab.client.timeline(id).get();
  const isLoaded = state === 'loaded' && !moreAfter && (!moreBefore || (messages[0]?.seq ?? 0) <= readSeq + 1);
  if (!isLoaded || !tab.isOnline || tab.connection?.isHealthy !== true) return null;
  return simulation.oracle.unread(id, tab.user, { readSeq, asOf: lastSeq }).unread;
}
