import type { SeededRandom } from '@parley/testkit';
import type { SentMessage } from '../invariants/sent-messages.ts';
import type { Tab } from '../sim/client-tab.ts';
import { HostileClient } from '../sim/hostile-client.ts';
import type { Simulation } from '../sim/simulation.ts';
import { asTab, pickTab, type Operation } from '../workload/operation.ts';

const HOUR_MS = 3_600_000;
const MAX_TABS = 8;

/** Reloads a page with the same clientId. */
export const reload: Operation = (simulation, random) => {
  const tab = (random.chance(0.5) ? pickFailing(simulation, random) : null) ?? random.pick([...simulation.tabs]);
  if (tab === undefined) return null;
  const isGraceful = random.chance(0.5) && tab.process.isRunning;
  void closeTab(simulation, tab, isGraceful).then(() => simulation.openTab(tab.device, tab.clientId));
  return `${tab.clientId} reloads${isGraceful ? '' : ', from one moment to the next'}`;
};

/** Closes a page for good. Another tab may adopt its operations. */
export const closePage: Operation = (simulation, random) => {
  const tab = (random.chance(0.5) ? pickFailing(simulation, random) : null) ?? pickTab(simulation, random);
  if (tab === null) return null;
  const { device } = tab;
  simulation.sentMessages.closed(tab.clientId);
  void closeTab(simulation, tab, random.chance(0.5)).then(() => {
    if (![...simulation.tabs].some((other) => other.device === device)) simulation.openTab(device);
  });
  return `${tab.clientId} is closed`;
};

/** Picks a page that shows a failure, because users often close or reload such pages. */
function pickFailing(simulation: Simulation, random: SeededRandom): Tab | null {
  const failing = [...simulation.tabs].filter(
    ({ process, client }) => process.isRunning && client.failures.get().length > 0,
  );
  return random.pick(failing) ?? null;
}

export const openPage: Operation = (simulation, random) => {
  const device = random.pick(simulation.devices);
  if (device === undefined || simulation.tabs.size >= MAX_TABS) return null;
  return `${simulation.openTab(device).clientId} is opened`;
};

/** Connects a second page with the same clientId. The older connection is superseded, and its page stops. */
export const duplicate: Operation = (simulation, random) => {
  const tab = pickTab(simulation, random);
  if (tab === null || !tab.isOnline) return null;
  const handlers = { opened: () => undefined, received: () => undefined, closed: () => undefined };
  const second = simulation.dial(tab.caller, handlers);
  simulation.superseded.add(tab.clientId);
  simulation.clock.after(random.below(4_000), () => second.socket.close());
  return `${tab.clientId} connects a second time`;
};

export const sleep = asTab((simulation, tab, random) => {
  const ms = Math.floor(random.chance(0.1) ? random.between(0.2, 2) * HOUR_MS : random.between(500, 70_000));
  tab.sleep();
  // During sleep, the clock of a machine may jump or stand still.
  simulation.clock.after(Math.min(ms, 90_000), () => {
    if (ms > 90_000) tab.process.skewClock(ms - 90_000);
    tab.wake();
  });
  return `sleeps for ${ms} ms`;
});

/** Sets the clock forward. The SDK may rely on a clock that never goes back. */
export const jumpClock = asTab((_simulation, tab, random) => {
  const ms = random.below(HOUR_MS);
  tab.process.skewClock(ms);
  return `has a clock that jumps by ${ms} ms`;
});

export const goOffline = asTab((simulation, tab, random) => {
  const ms = Math.floor(random.between(200, 40_000));
  tab.goOffline();
  simulation.clock.after(ms, () => tab.goOnline());
  return `is offline for ${ms} ms`;
});

export const hint = asTab((_simulation, tab) => {
  tab.hint();
  return 'becomes visible';
});

export const reconnectNow = asTab((_simulation, tab) => {
  if (tab.client.status.get().name !== 'waiting') return null;
  tab.client.reconnectNow();
  return 'is told to connect now'; // words: allow told (part of the recorded histories)
});

/** Signs out, which disconnects every tab of the browser. Later the user signs in with a new session. */
export const signOut = asTab((simulation, tab, random) => {
  const { device } = tab;
  const { session, user } = device;
  device.hasSignedOut = true;
  const ended = simulation.request(tab.process, async (_core, bus) => {
    simulation.sessions.end(session);
    bus.publish(`user.${user.id}`, { kind: 'session-ended', user: user.id, session });
    simulation.sessions.revoked(session);
  });
  // Hostile clients connect with the same session at the same moment.
  for (let n = 0; n < random.below(8); n += 1) {
    simulation.clock.after(random.below(60), () => dialWith(simulation, tab, session));
  }
  ended.catch((error: unknown) => simulation.note(() => `  ${tab.clientId} hears nothing of it: ${String(error)}`));
  simulation.clock.after(Math.floor(random.between(1_000, 15_000)), () => signIn(simulation, device));
  return `signs out of ${device.name}`;
});

function dialWith(simulation: Simulation, { device }: Tab, session: string): void {
  const clientId = `intruder-${device.name}-${simulation.clock.elapsed()}`;
  simulation.hostileClients.push(
    new HostileClient({ context: simulation, internet: simulation, user: device.user, session, clientId }),
  );
}

function signIn(simulation: Simulation, device: Tab['device']): void {
  device.session = simulation.newSession();
  for (const tab of [...simulation.tabs].filter((other) => other.device === device)) {
    if (tab.client.status.get().name === 'stopped') tab.process.run(() => tab.client.connect());
  }
}

/** Removes the tab. Without a graceful close, operations that are not in its storage may be lost. */
async function closeTab(simulation: Simulation, tab: Tab, isGraceful: boolean): Promise<void> {
  simulation.tabs.delete(tab);
  if (isGraceful) await tab.client.close();
  const failed = new Set(tab.client.failures.get().map(({ message }) => message));
  const stored = tab.device.storedEntries();
  const isUnsaved = (atMs: number): boolean => !isGraceful && atMs > tab.savedUntilMs;
  for (const sent of simulation.sentMessages.all.values()) {
    if (sent.device !== tab.device) continue;
    // It may have failed unseen, and may still be stored out of order.
    if (sent.status === 'deleted-while-pending' && isUnsaved(sent.endedMs)) {
      sent.status = 'indeterminate';
      simulation.sentMessages.failed(sent.id);
    }
    const isHere = failed.has(sent.id) || shows(tab, sent);
    if (!isHere || stored.includes(sent.id)) continue;
    if (isUnsaved(sent.atMs) || tab.device.hasLostData) {
      simulation.sentMessages.end(sent.id, 'indeterminate', simulation.clock.elapsed());
    }
  }
  for (const [id, edit] of simulation.sentMessages.edits) {
    if (edit.clientId === tab.clientId && isUnsaved(edit.atMs)) simulation.sentMessages.uncertain(id);
  }
  tab.kill(true);
}

function shows(tab: Tab, { id, conversation, channel }: SentMessage): boolean {
  return [conversation, channel].some((name) =>
    tab.client
      .timeline(name)
      .get()
      .messages.some((one) => one.id === id),
  );
}
