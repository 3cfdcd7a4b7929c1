import type { World } from '../sim/simulation.ts';
import { judgeClaims } from './check-client-id-claims.ts';

/** A dead node's users are offline by then: its silence, a beat, and the way. */
const OFFLINE_WITHIN_MS = 20_000;
/** A handshake and a greeting, and the question to the other nodes. */
const ARRIVED_WITHIN_MS = 2_000;
const BUS_IS_AWAY_MS = 1_000;
/** A comparison, the pause before it, and the way. */
const NAMED_WITHIN_MS = 6_000;
/** Whoever was connected to a node that died is back elsewhere by then. */
const BACK_WITHIN_MS = 25_000;

/** Long after the last fault: what several nodes know of each other's users is true. */
export async function judgeCluster(world: World): Promise<void> {
  if (world.nodes.length === 1) return;
  judgeHolders(world);
  judgePresence(world);
  await judgeArrival(world);
  await judgeNames(world);
  await judgeClaims(world);
  if (world.violations.length === 0) await judgeDeath(world);
}

/** HS2, HS3: of the connections with one clientId one is left, whoever they are of, and wherever they are. */
function judgeHolders(world: World): void {
  const held = new Map<string, string>();
  for (const { connections } of world.nodes) {
    for (const { caller, serverIsClosing } of connections) {
      if (serverIsClosing) continue;
      const { clientId, user } = caller;
      const holder = held.get(clientId);
      if (holder !== undefined) world.violate('G5 convergence', `${clientId} is held by ${holder} and by ${user.id}`);
      held.set(clientId, user.id);
    }
  }
}

/** Someone takes another name while no node hears of any other. */
async function judgeNames(world: World): Promise<void> {
  const [user] = world.users;
  if (user === undefined) return;
  const name = 'Another name';
  world.storm({ busLoses: 1 }, BUS_IS_AWAY_MS);
  await world.renameUser(user.id, name);
  void world.nodes[0]?.serve(async (_core, bus) => bus.publish('everyone', { kind: 'profile', user: user.id }));
  await world.advance(BUS_IS_AWAY_MS + NAMED_WITHIN_MS);
  for (const tab of world.tabs) {
    const known = tab.client.users.get().get(user.id);
    if (known === undefined || known.name === name || !tab.isOnline) continue;
    world.violate('G5 convergence', `${tab.clientId} calls ${user.id} "${known.name}", whose name is "${name}"`);
  }
}

/** Everyone is here, and their partners in direct messages see it. */
function judgePresence(world: World): void {
  for (const tab of world.tabs) {
    for (const partner of partnersOf(world, tab.user)) {
      if (!tab.client.online.get().has(partner)) {
        world.violate('G9 ephemeral', `${tab.clientId} shows ${partner} as offline`);
      }
    }
  }
}

/** Who opens another page is told at once who is here, whichever node that page comes to. */
async function judgeArrival(world: World): Promise<void> {
  const device = world.devices.find(({ user }) => partnersOf(world, user.id).length > 0);
  if (device === undefined) return;
  const tab = world.openTab(device);
  await world.advance(ARRIVED_WITHIN_MS);
  if (!tab.isOnline) return;
  for (const partner of partnersOf(world, tab.user)) {
    if (tab.client.online.get().has(partner)) continue;
    world.violate('G9 ephemeral', `${tab.clientId}, just opened, shows ${partner} as offline`);
  }
}

/** Someone's computers lose their power together with the nodes they were connected to: nobody says that they are gone. */
async function judgeDeath(world: World): Promise<void> {
  const user = world.users.find(({ id }) => partnersOf(world, id).length > 0);
  if (user === undefined) return;
  const own = [...world.tabs].filter((tab) => tab.user === user.id);
  const nodes = world.nodes.filter(({ connections }) => [...connections].some(({ caller }) => caller.user === user));
  if (nodes.length === world.nodes.length) return;
  world.count('a user gone together with a node');
  world.note(() => `── ${user.id} and ${nodes.map(({ name }) => name).join(' and ')} lose their power`);
  for (const tab of own) {
    tab.kill(false);
    world.tabs.delete(tab);
  }
  for (const node of nodes) node.crash(true);
  await world.advance(OFFLINE_WITHIN_MS + BACK_WITHIN_MS);
  for (const tab of world.tabs) {
    if (tab.client.online.get().has(user.id)) {
      world.violate('G9 ephemeral', `${tab.clientId} still shows ${user.id} as online, who is gone with a node`);
    }
  }
  for (const node of nodes) node.start();
}

function partnersOf(world: World, user: string): string[] {
  return world.oracle
    .channelsOf(user)
    .filter(({ made }) => made.kind === 'dm')
    .flatMap(({ members }) => [...members.keys()])
    .filter((member) => member !== user);
}
