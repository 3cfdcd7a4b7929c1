import { TYPING_EXPIRE_MS } from '@parley/protocol';
import { checkPendingTimeout } from '../invariants/check-pending-timeout.ts';
import { checkUnread } from '../invariants/check-unread.ts';
import { checkChannelList, checkTimeline } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';

/** G9: the receiver owns the expiry. The slack covers the interval between two checks. */
const SHOWN_AT_MOST_MS = TYPING_EXPIRE_MS + 50;

/** Checks what every tab shows at this moment. */
export function checkContinuously(simulation: Simulation): void {
  for (const tab of simulation.tabs) {
    if (tab.process.isDead) continue;
    tab.watchChannelList(() => checkChannelList(simulation, tab));
    checkChannelList(simulation, tab);
    for (const conversation of tab.open.keys()) checkTimeline(simulation, tab, conversation);
    checkStatus(simulation, tab);
    countWithdrawn(simulation, tab);
    if (!tab.process.isRunning) continue;
    checkTyping(simulation, tab);
    checkPendingTimeout(simulation, tab);
    checkUnread(simulation, tab);
  }
}

/** A typing indicator that is not renewed disappears in time, whatever was lost. */
function checkTyping(simulation: Simulation, tab: Tab): void {
  for (const { id } of tab.client.channels.get()) {
    for (const user of tab.client.typing(id).get()) {
      const agoMs =
        simulation.clock.elapsed() - (tab.typingReceivedMs.get(`${id} ${user}`) ?? Number.NEGATIVE_INFINITY);
      if (agoMs <= SHOWN_AT_MOST_MS) continue;
      simulation.reportViolation(
        'G9 ephemeral',
        `${tab.clientId} shows ${user} typing in ${id}, received ${agoMs} ms ago`,
      );
    }
  }
}

/** No client stops without a reason. */
function checkStatus(simulation: Simulation, tab: Tab): void {
  const status = tab.client.status.get();
  if (status.name !== 'stopped') return;
  const isSignedOut = status.reason === 'signed-out' && tab.device.hasSignedOut;
  const isSuperseded = status.reason === 'superseded' && simulation.superseded.has(tab.clientId);
  if (!isSignedOut && !isSuperseded) {
    simulation.reportViolation('G12 restart', `${tab.clientId} has stopped: ${status.reason}`);
  }
}

/** Counts failures that were withdrawn because the message was stored after all. */
function countWithdrawn(simulation: Simulation, tab: Tab): void {
  const failed = new Set(tab.client.failures.get().map(({ message }) => message));
  for (const id of tab.failed) {
    if (
      failed.has(id) ||
      simulation.sentMessages.all.get(id)?.status !== 'open' ||
      !simulation.oracle.messages.has(id)
    ) {
      continue;
    }
    simulation.count('failure withdrawn');
  }
  tab.failed = failed;
}
