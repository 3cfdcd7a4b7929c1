import type { Simulation } from '../sim/simulation.ts';
import { checkClientIdClaims } from './check-client-id-claims.ts';

/** Until a dead node's users count as offline: the silence, one heartbeat and the latency. */
const OFFLINE_WITHIN_MS = 20_000;
/** A handshake with its request to the other nodes, and `ready`. */
const CONNECTED_WITHIN_MS = 2_000;
const BUS_OUTAGE_MS = 1_000;
/** One reconciliation, the interval before it, and the latency. */
const RECONCILED_WITHIN_MS = 6_000;
/** Until clients of a dead node have reconnected elsewhere. */
const RECONNECTED_WITHIN_MS = 25_000;

/** Checks, long after the last fault, what several nodes know about each other's users. */
export async function checkCluster(simulation: Simulation): Promise<void> {
  if (simulation.nodes.length === 1) return;
  checkHolders(simulation);
  checkPresence(simulation);
  await checkPresenceOnArrival(simulation);
  await checkNames(simulation);
  await checkClientIdClaims(simulation);
  if (simulation.violations.length === 0) await checkPresenceAfterCrash(simulation);
}

/** HS2, HS3: at most one connection per clientId remains, across all users and nodes. */
function checkHolders(simulation: Simulation): void {
  const held = new Map<string, string>();
  for (const { connections } of simulation.nodes) {
    for (const { caller, serverIsClosing } of connections) {
      if (serverIsClosing) continue;
      const { clientId, user } = caller;
      const holder = held.get(clientId);
      if (holder !== undefined) {
        simulation.reportViolation('G5 convergence', `${clientId} is held by ${holder} and by ${user.id}`);
      }
      held.set(clientId, user.id);
    }
  }
}

/** A user is renamed while the bus is cut. Every client must show the new name later. */
async function checkNames(simulation: Simulation): Promise<void> {
  const [user] = simulation.users;
  if (user === undefined) return;
  const name = 'Another name';
  simulation.applyFaults({ busLoses: 1 }, BUS_OUTAGE_MS);
  await simulation.renameUser(user.id, name);
  void simulation.nodes[0]?.handleRequest(async (_core, bus) =>
    bus.publish('nodes', { kind: 'profile', user: user.id }),
  );
  await simulation.advance(BUS_OUTAGE_MS + RECONCILED_WITHIN_MS);
  for (const tab of simulation.tabs) {
    const known = tab.client.users.get().get(user.id);
    if (known === undefined || known.name === name || !tab.isOnline) continue;
    simulation.reportViolation(
      'G5 convergence',
      `${tab.clientId} calls ${user.id} "${known.name}", whose name is "${name}"`,
    );
  }
}

/** All users are online, and their partners in direct messages see it. */
function checkPresence(simulation: Simulation): void {
  for (const tab of simulation.tabs) {
    for (const partner of partnersOf(simulation, tab.user)) {
      if (!tab.client.online.get().has(partner)) {
        simulation.reportViolation('G9 ephemeral', `${tab.clientId} shows ${partner} as offline`);
      }
    }
  }
}

/** A newly opened page receives the presence of all partners, on any node. */
async function checkPresenceOnArrival(simulation: Simulation): Promise<void> {
  const device = simulation.devices.find(({ user }) => partnersOf(simulation, user.id).length > 0);
  if (device === undefined) return;
  const tab = simulation.openTab(device);
  await simulation.advance(CONNECTED_WITHIN_MS);
  if (!tab.isOnline) return;
  for (const partner of partnersOf(simulation, tab.user)) {
    if (tab.client.online.get().has(partner)) continue;
    simulation.reportViolation('G9 ephemeral', `${tab.clientId}, just opened, shows ${partner} as offline`);
  }
}

/** All devices of a user lose power together with their nodes, so no node reports the user as gone. */
async function checkPresenceAfterCrash(simulation: Simulation): Promise<void> {
  const user = simulation.users.find(({ id }) => partnersOf(simulation, id).length > 0);
  if (user === undefined) return;
  const own = [...simulation.tabs].filter((tab) => tab.user === user.id);
  const nodes = simulation.nodes.filter(({ connections }) =>
    [...connections].some(({ caller }) => caller.user === user),
  );
  if (nodes.length === simulation.nodes.length) return;
  simulation.count('user crashed together with a node');
  simulation.note(() => `── ${user.id} and ${nodes.map(({ name }) => name).join(' and ')} lose their power`);
  for (const tab of own) {
    tab.kill(false);
    simulation.tabs.delete(tab);
  }
  for (const node of nodes) node.crash(true);
  await simulation.advance(OFFLINE_WITHIN_MS + RECONNECTED_WITHIN_MS);
  for (const tab of simulation.tabs) {
    if (tab.client.online.get().has(user.id)) {
      simulation.reportViolation(
        'G9 ephemeral',
        `${tab.clientId} still shows ${user.id} as online, who lost power together with a node`,
      );
    }
  }
  for (const node of nodes) node.start();
}

function partnersOf(simulation: Simulation, user: string): string[] {
  return simulation.oracle
    .channelsOf(user)
    .filter(({ made }) => made.kind === 'dm')
    .flatMap(({ members }) => [...members.keys()])
    .filter((member) => member !== user);
}
