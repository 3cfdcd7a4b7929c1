import { inChannel } from '../invariants/canaries.ts';
import { judgeCluster } from '../invariants/check-cluster.ts';
import { judgeDeeds } from '../invariants/check-sent-messages.ts';
import { isWhole, judgeConverged } from '../invariants/check-views.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { World } from '../sim/simulation.ts';
import { look } from '../workload/operation.ts';

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
export async function dusk(world: World): Promise<void> {
  world.note(() => '── the storm is over');
  calmDown(world);
  await judgeConnected(world);
  if (world.violations.length > 0) return;
  const isBack = await reaches(world, BACK_WITHIN_MS, () => [...world.tabs].every((tab) => isSettled(world, tab)));
  if (!isBack) return complain(world);
  for (const tab of world.tabs) sayLastWord(world, tab);
  if (!(await world.advance(CONVERGED_WITHIN_MS))) return;
  for (const tab of world.tabs) judgeConverged(world, tab);
  judgeDeeds(world);
  await world.advance(QUIET_MS);
  for (const tab of world.tabs) judgeQuiet(world, tab);
  if (world.violations.length === 0) await judgeCluster(world);
  if (world.violations.length === 0) await judgeEmpty(world);
}

/** Everyone leaves, and nothing is left of them on any server. */
async function judgeEmpty(world: World): Promise<void> {
  // Not awaited: a page waits for its storage, and that for the clock.
  for (const tab of world.tabs) void tab.client.close().then(() => tab.kill(true));
  world.tabs.clear();
  for (const intruder of world.intruders) intruder.connection.cut();
  await world.advance(EMPTY_WITHIN_MS);
  for (const node of world.nodes) {
    const { connected, subscriptions } = node;
    if (connected !== 0) world.violate('G10 bounded', `${node.name} still holds ${connected} connections`);
    // Only the news for everyone is listened to when nobody is there, and among several nodes whether they live.
    const most = world.nodes.length > 1 ? 2 : 1;
    if (subscriptions > most) {
      world.violate('G10 bounded', `${node.name} still listens to ${subscriptions} topics`);
    }
  }
  // Of each node the heartbeat; among several the sweep, the comparison and its watch, the beat and what it says to each of
  // them; of the world its own eye.
  const nodes = world.nodes.length;
  const most = (nodes > 1 ? 5 + nodes : 1) * nodes + 1;
  if (world.clock.pending > most) {
    world.violate('G10 bounded', `${world.clock.pending} timers are left, ${most} are meant to be`);
  }
}

/** Whoever is connected when the last trouble has passed has everything that was stored by then within the promised time. */
async function judgeConnected(world: World): Promise<void> {
  await world.advance(LAST_TROUBLE_MS);
  const heads = [...world.oracle.channels.values()].map(({ id, log }) => ({ id, head: log.length }));
  const connected = [...world.tabs].filter((tab) => tab.isOnline && tab.connection?.works === true);
  const before = connected.map((tab) => ({ tab, connection: tab.connection }));
  await world.advance(CONVERGED_WITHIN_MS);
  for (const { tab, connection } of before) {
    if (tab.connection !== connection || connection?.works !== true || !tab.machine.isRunning) continue;
    for (const { id, head } of heads) {
      const sinceMs = world.oracle.channels.get(id)?.members.get(tab.user)?.sinceMs ?? Number.POSITIVE_INFINITY;
      const lastSeq = tab.client.channels.get().find((channel) => channel.id === id)?.lastSeq ?? null;
      const isNew = sinceMs > world.clock.elapsed() - CONVERGED_WITHIN_MS;
      if (isNew) continue;
      if ((lastSeq ?? -1) < head) {
        world.violate('G5 convergence', `${tab.clientId} has ${id} up to ${lastSeq}, ${head} were stored 5 s ago`);
      }
    }
  }
}

function calmDown(world: World): void {
  world.isCalmForGood = true;
  world.weather = world.calm;
  world.bus?.part([]);
  for (const intruder of world.intruders) intruder.connection.cut();
  for (const node of world.nodes) {
    node.spare();
    node.machine?.wake();
    node.start();
  }
  for (const tab of world.tabs) {
    tab.wake();
    tab.goOnline();
    tab.connection?.catchUp();
    tab.connection?.widen();
    for (const conversation of tab.open.keys()) tab.client.composing(conversation, false);
  }
}

/** Lets time go by until it is so. */
async function reaches(world: World, withinMs: number, isSo: () => boolean): Promise<boolean> {
  const untilMs = world.clock.elapsed() + withinMs;
  while (world.clock.elapsed() < untilMs) {
    if (!(await world.advance(500))) return true;
    if (isSo()) return true;
  }
  return false;
}

/** Online, with every channel loaded from its beginning, and nothing pending. Does what is needed to get there. */
function isSettled(world: World, tab: Tab): boolean {
  if (tab.client.status.get().name === 'stopped') revive(world, tab);
  if (!tab.isOnline || tab.connection?.works !== true || !tab.machine.isRunning) return false;
  if (tab.device.leftBehind() || !listsAll(world, tab)) return false;
  return tab.client.channels.get().every(({ id }) => {
    look(world, tab, id);
    const timeline = tab.client.timeline(id).get();
    if (timeline.moreAfter) tab.client.jumpToLatest(id);
    else if (timeline.moreBefore) tab.client.loadOlder(id);
    return isWhole(timeline);
  });
}

/** Between nodes the news of a channel may be lost; two pongs make up for that. On one node it is told at once. */
function listsAll(world: World, tab: Tab): boolean {
  const listed = tab.client.channels.get().map(({ id }) => id);
  const stored = world.oracle.channelsOf(tab.user).map(({ id }) => id);
  return world.nodes.length === 1 || listed.toSorted().join() === stored.toSorted().join();
}

function revive(world: World, tab: Tab): void {
  if (!world.sessions.isGood(tab.device.session)) tab.device.session = world.newSession();
  tab.client.connect();
}

function complain(world: World): void {
  for (const tab of world.tabs) {
    if (isSettled(world, tab)) continue;
    const timelines = tab.client.channels.get().map(({ id }) => {
      const { messages, ...state } = tab.client.timeline(id).get();
      const pending = messages.filter((message) => message.state === 'pending' || message.changing);
      return `${id} ${JSON.stringify(state)} pending ${JSON.stringify(pending)}`;
    });
    const status = JSON.stringify(tab.client.status.get());
    world.violate('G5 convergence', `${tab.clientId} is not back: ${status} ${timelines.join(' ')}`);
  }
}

function sayLastWord(world: World, tab: Tab): void {
  const text = inChannel(GENERAL, `good night from ${tab.clientId}`);
  const id = tab.client.send(GENERAL, text);
  const { device, clientId, pageMs } = tab;
  world.deeds.sent({
    id,
    device,
    clientId,
    pageMs,
    conversation: GENERAL,
    channel: GENERAL,
    text,
    atMs: world.clock.elapsed(),
  });
}

function judgeQuiet(world: World, tab: Tab): void {
  for (const { id } of tab.client.channels.get()) {
    const typing = tab.client.typing(id).get();
    if (typing.length > 0) {
      world.violate('G9 ephemeral', `${tab.clientId} still shows ${typing.join()} typing in ${id}`);
    }
  }
}
