import { withCanary } from '../invariants/canaries.ts';
import { checkCluster } from '../invariants/check-cluster.ts';
import { checkSentMessages } from '../invariants/check-sent-messages.ts';
import { isFullyLoaded, checkConverged } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';
import { watch } from '../workload/operation.ts';

/** The longest silence (50 s), step timeout (10 s), backoff (20 s) and send timeout (30 s) in sequence. */
const RECONNECTED_WITHIN_MS = 120_000;
/** The slowest replies in flight when the faults end: a commit that is retried, and a read after it. */
const IN_FLIGHT_MS = 12_000;
/** G5. */
const CONVERGED_WITHIN_MS = 5_000;
/** After the last keystroke: the sender's repeats, the latency and the receiver's expiry. */
const QUIET_MS = 15_000;
/** After the last connection: the longest grace period of a server, silence included. */
const RELEASED_WITHIN_MS = 90_000;
const GENERAL = 'c_general';

/** Stops all faults, waits until every client has reconnected, and checks that all show what is stored. */
export async function quiesceAndCheck(simulation: Simulation): Promise<void> {
  simulation.note(() => '── the storm is over');
  stopFaults(simulation);
  await checkConnected(simulation);
  if (simulation.violations.length > 0) return;
  const isSettledAgain = await waitUntil(simulation, RECONNECTED_WITHIN_MS, () =>
    [...simulation.tabs].every((tab) => isSettled(simulation, tab)),
  );
  if (!isSettledAgain) return reportUnsettled(simulation);
  for (const tab of simulation.tabs) sendFinalMessage(simulation, tab);
  if (!(await simulation.advance(CONVERGED_WITHIN_MS))) return;
  for (const tab of simulation.tabs) checkConverged(simulation, tab);
  checkSentMessages(simulation);
  await simulation.advance(QUIET_MS);
  for (const tab of simulation.tabs) checkNoTyping(simulation, tab);
  if (simulation.violations.length === 0) await checkCluster(simulation);
  if (simulation.violations.length === 0) await checkReleased(simulation);
}

/** Closes all clients and checks that no server keeps anything of them. */
async function checkReleased(simulation: Simulation): Promise<void> {
  // Not awaited: closing waits for the storage, which waits for the clock.
  for (const tab of simulation.tabs) void tab.client.close().then(() => tab.kill(true));
  simulation.tabs.clear();
  for (const hostileClient of simulation.hostileClients) hostileClient.connection.cut();
  await simulation.advance(RELEASED_WITHIN_MS);
  for (const node of simulation.nodes) {
    const { connected, subscriptions } = node;
    if (connected !== 0) simulation.reportViolation('G10 bounded', `${node.name} still holds ${connected} connections`);
    // Without connections a node subscribes to the topic `nodes`; with several nodes also to heartbeats.
    const max = simulation.nodes.length > 1 ? 2 : 1;
    if (subscriptions > max) {
      simulation.reportViolation('G10 bounded', `${node.name} still subscribes to ${subscriptions} topics`);
    }
  }
  // Each node has a ping timer. With several nodes it also has the presence sweep, the reconciler and its watchdog, the
  // node heartbeat and one timer per peer. The simulation itself has the timer of the continuous checks.
  const nodes = simulation.nodes.length;
  const maxTimers = (nodes > 1 ? 5 + nodes : 1) * nodes + 1;
  if (simulation.clock.pending > maxTimers) {
    simulation.reportViolation('G10 bounded', `${simulation.clock.pending} timers are left, allowed are ${maxTimers}`);
  }
}

/** Checks that clients connected after the last fault receive everything stored by then within the promised time. */
async function checkConnected(simulation: Simulation): Promise<void> {
  await simulation.advance(IN_FLIGHT_MS);
  const heads = [...simulation.oracle.channels.values()].map(({ id, log }) => ({ id, head: log.length }));
  const connected = [...simulation.tabs].filter((tab) => tab.isOnline && tab.connection?.isHealthy === true);
  const before = connected.map((tab) => ({ tab, connection: tab.connection }));
  await simulation.advance(CONVERGED_WITHIN_MS);
  for (const { tab, connection } of before) {
    if (tab.connection !== connection || connection?.isHealthy !== true || !tab.process.isRunning) continue;
    for (const { id, head } of heads) {
      const sinceMs = simulation.oracle.channels.get(id)?.members.get(tab.user)?.sinceMs ?? Number.POSITIVE_INFINITY;
      const lastSeq = tab.client.channels.get().find((channel) => channel.id === id)?.lastSeq ?? null;
      const isNew = sinceMs > simulation.clock.elapsed() - CONVERGED_WITHIN_MS;
      if (isNew) continue;
      if ((lastSeq ?? -1) < head) {
        simulation.reportViolation(
          'G5 convergence',
          `${tab.clientId} has ${id} up to ${lastSeq}, ${head} were stored 5 s ago`,
        );
      }
    }
  }
}

function stopFaults(simulation: Simulation): void {
  simulation.faultsStopped = true;
  simulation.conditions = simulation.faultFree;
  simulation.bus?.partition([]);
  for (const hostileClient of simulation.hostileClients) hostileClient.connection.cut();
  for (const node of simulation.nodes) {
    node.disarmCrash();
    node.process?.wake();
    node.start();
  }
  for (const tab of simulation.tabs) {
    tab.wake();
    tab.goOnline();
    tab.connection?.resumeReading();
    tab.connection?.unthrottle();
    for (const conversation of tab.open.keys()) tab.client.composing(conversation, false);
  }
}

/** Advances the clock until the condition holds. Returns false after `withinMs`. */
async function waitUntil(simulation: Simulation, withinMs: number, isTrue: () => boolean): Promise<boolean> {
  const untilMs = simulation.clock.elapsed() + withinMs;
  while (simulation.clock.elapsed() < untilMs) {
    if (!(await simulation.advance(500))) return true;
    if (isTrue()) return true;
  }
  return false;
}

/** Online, with every channel loaded from its start and nothing pending. Loads more where needed. */
function isSettled(simulation: Simulation, tab: Tab): boolean {
  if (tab.client.status.get().name === 'stopped') restartClient(simulation, tab);
  if (!tab.isOnline || tab.connection?.isHealthy !== true || !tab.process.isRunning) return false;
  if (tab.device.hasOrphans() || !listsAll(simulation, tab)) return false;
  return tab.client.channels.get().every(({ id }) => {
    watch(simulation, tab, id);
    const timeline = tab.client.timeline(id).get();
    if (timeline.moreAfter) tab.client.jumpToLatest(id);
    else if (timeline.moreBefore) tab.client.loadOlder(id);
    return isFullyLoaded(timeline);
  });
}

/**
 * With several nodes, the message about a joined channel may be lost until two pongs repair that. One node sends it
 * directly.
 */
function listsAll(simulation: Simulation, tab: Tab): boolean {
  const listed = tab.client.channels.get().map(({ id }) => id);
  const stored = simulation.oracle.channelsOf(tab.user).map(({ id }) => id);
  return simulation.nodes.length === 1 || listed.toSorted().join() === stored.toSorted().join();
}

function restartClient(simulation: Simulation, tab: Tab): void {
  if (!simulation.sessions.isActive(tab.device.session)) tab.device.session = simulation.newSession();
  tab.client.connect();
}

function reportUnsettled(simulation: Simulation): void {
  for (const tab of simulation.tabs) {
    if (isSettled(simulation, tab)) continue;
    const timelines = tab.client.channels.get().map(({ id }) => {
      const { messages, ...state } = tab.client.timeline(id).get();
      const pending = messages.filter((message) => message.state === 'pending' || message.changing);
      return `${id} ${JSON.stringify(state)} pending ${JSON.stringify(pending)}`;
    });
    const status = JSON.stringify(tab.client.status.get());
    simulation.reportViolation('G5 convergence', `${tab.clientId} has not settled: ${status} ${timelines.join(' ')}`);
  }
}

function sendFinalMessage(simulation: Simulation, tab: Tab): void {
  const text = withCanary(GENERAL, `good night from ${tab.clientId}`);
  const id = tab.client.send(GENERAL, text);
  const { device, clientId, openedMs } = tab;
  simulation.sentMessages.sent({
    id,
    device,
    clientId,
    openedMs,
    conversation: GENERAL,
    channel: GENERAL,
    text,
    atMs: simulation.clock.elapsed(),
  });
}

function checkNoTyping(simulation: Simulation, tab: Tab): void {
  for (const { id } of tab.client.channels.get()) {
    const typing = tab.client.typing(id).get();
    if (typing.length > 0) {
      simulation.reportViolation('G9 ephemeral', `${tab.clientId} still shows ${typing.join()} typing in ${id}`);
    }
  }
}
