import { SEND_TIMEOUT_MS, type MessageId } from '@parley/protocol';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';

/** What the SDK promises: an operation without an answer fails after this long, with a connection and without one. */
const PATIENCE_MS = { online: SEND_TIMEOUT_MS, offline: 30_000 };
/** Between two looks of ours, and the way of the last answer. */
const SLACK_MS = 1_500;

/** G8: nothing stays pending for longer than the SDK has patience, whatever the servers and the network do. */
export function checkPendingTimeout(simulation: Simulation, tab: Tab): void {
  const nowMs = simulation.clock.elapsed();
  const pending = pendingOf(tab);
  for (const id of tab.pendingSinceMs.keys()) if (!pending.has(id)) tab.pendingSinceMs.delete(id);
  const patienceMs = PATIENCE_MS[tab.isOnline ? 'online' : 'offline'] + SLACK_MS;
  for (const id of pending) {
    const sinceMs = tab.pendingSinceMs.get(id) ?? nowMs;
    tab.pendingSinceMs.set(id, sinceMs);
    // Patience starts anew with each answer, and when the connection comes or goes.
    const waitsMs = nowMs - Math.max(sinceMs, tab.steadySinceMs);
    if (waitsMs <= patienceMs) continue;
    simulation.reportViolation(
      'G8 honest optimism',
      `${tab.clientId} has had ${id} pending for ${waitsMs} ms without an answer`,
    );
  }
}

function pendingOf(tab: Tab): ReadonlySet<MessageId> {
  const shown = [...tab.open.keys()].flatMap((conversation) => tab.client.timeline(conversation).get().messages);
  return new Set(shown.filter(({ state }) => state === 'pending').map(({ id }) => id));
}
