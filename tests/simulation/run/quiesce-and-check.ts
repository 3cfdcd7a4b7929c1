import { withCanary } from '../invariants/canaries.ts';
import { checkCluster } from '../invariants/check-cluster.ts';
import { checkSentMessages } from '../invariants/check-sent-messages.ts';
import { isFullyLoaded, checkConverged } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';
import { watch } from '../workload/operation.ts';

/** Everyone is back by then: the longest silence (50 s), patience (10 s), back-off (20 s) and time-out (30 s), one after the other. */
const BACK_WITHIN_MS = 120_000;
/** The slowest answers that were on their way when the faults ended: a commit that is tried twice, and a read after it. */
const LAST_TROUBLE_MS = 12_000;
/** G5. */
const CONVERGED_WITHIN_MS = 5_000;
/** After the last keystroke: the sender's repeats, the way, and the receiver's expiry. */
const QUIET_MS = 15_000;
/** After the last connection: the longest grace of a server, silence included. */
const EMPTY_WITHIN_MS = 90_000;
const GENERAL = 'c_general';

/** The faults end. Everyone comes back, and in the end everyone must show what is stored. */
export async function quiesceAndCheck(simulation: Simulation): Promise<void> {
  simulation.note(() => '── the storm is over');
  stopFaults(simulation);
  await checkConnected(simulation);
  if (simulation.violations.length > 0) return;
  const isBack = await reaches(simulation, BACK_WITHIN_MS, () =>
    [...simulation.tabs].every((tab) => isSettled(simulation, tab)),
  );
  if (!isBack) return reportUnsettled(simulation);
  for (const tab of simulation.tabs) sendFinalMessage(simulation, tab);
  if (!(await simulation.advance(CONVERGED_WITHIN_MS))) return;
  for (const tab of simulation.tabs) checkConverged(simulation, tab);
  checkSentMessages(simulation);
  await simulation.advance(QUIET_MS);
  for (const tab of simulation.tabs) checkNoTyping(simulation, tab);
  if (simulation.violations.length === 0) await checkCluster(simulation);
  if (simulation.violations.length === 0) await checkReleased(simulation);
}

/** Everyone leaves, and nothing is left of them on any server. */
async function checkReleased(simulation: Simulation): Promise<void> {
  // Not awaited: a page waits for its storage, and that for the clock.
  for (const tab of simulation.tabs) void tab.client.close().then(() => tab.kill(true));
  simulation.tabs.clear();
  for (const hostileClient of simulation.hostileClients) hostileClient.connection.cut();
  await simulation.advance(EMPTY_WITHIN_MS);
  for (const node of simulation.nodes) {
    const { connected, subscriptions } = node;
    if (connected !== 0) simulation.reportViolation('G10 bounded', `${node.name} still holds ${connected} connections`);
    // Only the news for everyone is listened to when nobody is there, and among several nodes whether they live.
    const most = simulation.nodes.length > 1 ? 2 : 1;
    if (subscriptions > most) {
      simulation.reportViolation('G10 bounded', `${node.name} still listens to ${subscriptions} topics`);
    }
  }
  // Of each node the heartbeat; among several the sweep, the comparison and its watch, the beat and what it says to each of
  // them; of the world its own eye.
  const nodes = simulation.nodes.length;
  const most = (nodes > 1 ? 5 + nodes : 1) * nodes + 1;
  if (simulation.clock.pending > most) {
    simulation.reportViolation('G10 bounded', `${simulation.clock.pending} timers are left, ${most} are meant to be`);
  }
}

/** Whoever is connected when the last trouble has passed has everything that was stored by then within the promised time. */
async function checkConnected(simulation: Simulation): Promise<void> {
  await simulation.advance(LAST_TROUBLE_MS);
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

/** Lets time go by until it is so. */
async function reaches(simulation: Simulation, withinMs: number, isSo: () => boolean): Promise<boolean> {
  const untilMs = simulation.clock.elapsed() + withinMs;
  while (simulation.clock.elapsed() < untilMs) {
    if (!(await simulation.advance(500))) return true;
    if (isSo()) return true;
  }
  return false;
}

/** Online, with every channel loaded from its beginning, and nothing pending. Does what is needed to get there. */
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

/** Between nodes the news of a channel may be lost; two pongs make up for that. On one node it is told at once. */
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
    simulation.reportViolation('G5 convergence', `${tab.clientId} is not back: ${status} ${timelines.join(' ')}`);
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
