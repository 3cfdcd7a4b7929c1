import { SEND_TIMEOUT_MS, type MessageId } from '@parley/protocol';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';

/** The SDK fails an operation without a reply after this time, with and without a connection. */
const TIMEOUT_MS = { online: SEND_TIMEOUT_MS, offline: 30_000 };
/** The interval between two checks, and the latency of the last reply. */
const SLACK_MS = 1_500;

/** G8: no message stays pending for longer than the SDK's timeout, whatever servers and network do. */
export function checkPendingTimeout(simulation: Simulation, tab: Tab): void {
  const nowMs = simulation.clock.elapsed();
  const pending = pendingOf(tab);
  for (const id of tab.pendingSinceMs.keys()) if (!pending.has(id)) tab.pendingSinceMs.delete(id);
  const maxMs = TIMEOUT_MS[tab.isOnline ? 'online' : 'offline'] + SLACK_MS;
  for (const id of pending) {
    const sinceMs = tab.pendingSinceMs.get(id) ?? nowMs;
    tab.pendingSinceMs.set(id, sinceMs);
    // The timeout restarts with each reply, and when the connection opens or closes.
    const waitsMs = nowMs - Math.max(sinceMs, tab.steadySinceMs);
    if (waitsMs <= maxMs) continue;
    simulation.reportViolation(
      'G8 honest optimism',
      `${tab.clientId} has had ${id} pending for ${waitsMs} ms without a reply`,
    );
  }
}

function pendingOf(tab: Tab): ReadonlySet<MessageId> {
  const shown = [...tab.open.keys()].flatMap((conversation) => tab.client.timeline(conversation).get().messages);
  return new Set(shown.filter(({ state }) => state === 'pending').map(({ id }) => id));
}
