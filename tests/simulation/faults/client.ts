import type { SeededRandom } from '@parley/testkit';
import type { Deed } from '../invariants/sent-messages.ts';
import type { Tab } from '../sim/client-tab.ts';
import { Intruder } from '../sim/hostile-client.ts';
import type { World } from '../sim/simulation.ts';
import { byTab, pickTab, type Act } from '../workload/operation.ts';

const HOUR_MS = 3_600_000;
const MAX_TABS = 8;

/** The page goes, and comes back as the same client. */
export const reload: Act = (world, dice) => {
  const tab = (dice.chance(0.5) ? pickFailing(world, dice) : null) ?? dice.pick([...world.tabs]);
  if (tab === undefined) return null;
  const isGraceful = dice.chance(0.5) && tab.machine.isRunning;
  void closeTab(world, tab, isGraceful).then(() => world.openTab(tab.device, tab.clientId));
  return `${tab.clientId} reloads${isGraceful ? '' : ', from one moment to the next'}`;
};

/** The page goes for good; what it left behind is another tab's now. */
export const closePage: Act = (world, dice) => {
  const tab = (dice.chance(0.5) ? pickFailing(world, dice) : null) ?? pickTab(world, dice);
  if (tab === null) return null;
  const { device } = tab;
  world.deeds.closed(tab.clientId);
  void closeTab(world, tab, dice.chance(0.5)).then(() => {
    if (![...world.tabs].some((other) => other.device === device)) world.openTab(device);
  });
  return `${tab.clientId} is closed`;
};

/** A page that shows that something failed: people are quick to close or reload it. */
function pickFailing(world: World, dice: SeededRandom): Tab | null {
  const failing = [...world.tabs].filter(
    ({ machine, client }) => machine.isRunning && client.failures.get().length > 0,
  );
  return dice.pick(failing) ?? null;
}

export const openPage: Act = (world, dice) => {
  const device = dice.pick(world.devices);
  if (device === undefined || world.tabs.size >= MAX_TABS) return null;
  return `${world.openTab(device).clientId} is opened`;
};

/** The same client connects from a second page. The older connection gives way, and its page is of no use any more. */
export const duplicate: Act = (world, dice) => {
  const tab = pickTab(world, dice);
  if (tab === null || !tab.isOnline) return null;
  const handlers = { opened: () => undefined, received: () => undefined, closed: () => undefined };
  const second = world.dial(tab.caller, handlers);
  world.superseded.add(tab.clientId);
  world.clock.after(dice.below(4_000), () => second.socket.close());
  return `${tab.clientId} connects a second time`;
};

export const sleep = byTab((world, tab, dice) => {
  const ms = Math.floor(dice.chance(0.1) ? dice.between(0.2, 2) * HOUR_MS : dice.between(500, 70_000));
  tab.sleep();
  // The clock of a machine that slept may have jumped or stood still.
  world.clock.after(Math.min(ms, 90_000), () => {
    if (ms > 90_000) tab.machine.jump(ms - 90_000);
    tab.wake();
  });
  return `sleeps for ${ms} ms`;
});

/** Somebody sets the computer's clock, or the network does. The SDK is promised that it never goes back. */
export const jumpClock = byTab((_world, tab, dice) => {
  const ms = dice.below(HOUR_MS);
  tab.machine.jump(ms);
  return `has a clock that jumps by ${ms} ms`;
});

export const goOffline = byTab((world, tab, dice) => {
  const ms = Math.floor(dice.between(200, 40_000));
  tab.goOffline();
  world.clock.after(ms, () => tab.goOnline());
  return `is offline for ${ms} ms`;
});

export const hint = byTab((_world, tab) => {
  tab.hint();
  return 'becomes visible';
});

export const reconnectNow = byTab((_world, tab) => {
  if (tab.client.status.get().name !== 'waiting') return null;
  tab.client.reconnectNow();
  return 'is told to connect now';
});

/** Signs out: every tab of the browser loses its connection. After a while the user is back with another session. */
export const signOut = byTab((world, tab, dice) => {
  const { device } = tab;
  const { session, user } = device;
  device.hasSignedOut = true;
  const ended = world.request(tab.machine, async (_core, bus) => {
    world.sessions.end(session);
    bus.publish(`user.${user.id}`, { kind: 'session-ended', user: user.id, session });
    world.sessions.revoked(session);
  });
  // Somebody connects with the same session at the same moment.
  for (let n = 0; n < dice.below(8); n += 1) world.clock.after(dice.below(60), () => dialWith(world, tab, session));
  ended.catch((error: unknown) => world.note(() => `  ${tab.clientId} hears nothing of it: ${String(error)}`));
  world.clock.after(Math.floor(dice.between(1_000, 15_000)), () => signIn(world, device));
  return `signs out of ${device.name}`;
});

function dialWith(world: World, { device }: Tab, session: string): void {
  const clientId = `intruder-${device.name}-${world.clock.elapsed()}`;
  world.intruders.push(new Intruder({ surroundings: world, internet: world, user: device.user, session, clientId }));
}

function signIn(world: World, device: Tab['device']): void {
  device.session = world.newSession();
  for (const tab of [...world.tabs].filter((other) => other.device === device)) {
    if (tab.client.status.get().name === 'stopped') tab.machine.run(() => tab.client.connect());
  }
}

/** Takes the tab out of the world. What it had and the storage does not have may be lost, if it went without a word. */
async function closeTab(world: World, tab: Tab, isGraceful: boolean): Promise<void> {
  world.tabs.delete(tab);
  if (isGraceful) await tab.client.close();
  const failed = new Set(tab.client.failures.get().map(({ message }) => message));
  const kept = tab.device.kept();
  const isUnsaved = (atMs: number): boolean => !isGraceful && atMs > tab.savedUntilMs;
  for (const deed of world.deeds.all.values()) {
    if (deed.device !== tab.device) continue;
    // It may have failed unseen, and be stored out of its turn, all the same.
    if (deed.fate === 'taken back' && isUnsaved(deed.endedMs)) {
      deed.fate = 'may be lost';
      world.deeds.failed(deed.id);
    }
    const isHere = failed.has(deed.id) || shows(tab, deed);
    if (!isHere || kept.includes(deed.id)) continue;
    if (isUnsaved(deed.atMs) || tab.device.hasLost) world.deeds.end(deed.id, 'may be lost', world.clock.elapsed());
  }
  for (const [id, edit] of world.deeds.edits) {
    if (edit.clientId === tab.clientId && isUnsaved(edit.atMs)) world.deeds.uncertain(id);
  }
  tab.kill(true);
}

function shows(tab: Tab, { id, conversation, channel }: Deed): boolean {
  return [conversation, channel].some((place) =>
    tab.client
      .timeline(place)
      .get()
      .messages.some((one) => one.id === id),
  );
}
