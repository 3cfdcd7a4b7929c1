import type { UserRecord } from '@parley/server/testing';
import { Machine } from '@parley/testkit';
import type { Caller, Connection } from '../sim/connection.ts';
import type { ServerNode } from '../sim/server-node.ts';
import type { World } from '../sim/simulation.ts';

const CLIENT_ID = 'wanted-by-two-users';
/** Handshakes, the question to the other nodes included. */
const CONNECTED_WITHIN_MS = 1_500;
/** Everyone's claims are said again. */
const DECIDED_WITHIN_MS = 12_000;
const NOTHING = { opened: () => undefined, received: () => undefined, closed: () => undefined };

interface Rival {
  readonly caller: Caller;
  readonly connection: Connection;
}

/**
 * HS3: two users take one clientId on two nodes that can not hear each other. Once they can, it is one user's, and no node
 * gives it to anyone else.
 */
export async function judgeClaims(world: World): Promise<void> {
  const [one, two] = world.nodes;
  const [first, second] = world.users;
  if (one === undefined || two === undefined || first === undefined || second === undefined) return;
  world.storm({ busLoses: 1 }, CONNECTED_WITHIN_MS);
  const rivals = [dial(world, first, one), dial(world, second, two)];
  await world.advance(CONNECTED_WITHIN_MS);
  if (rivals.every(({ connection }) => connection.isUp)) world.count('a clientId held by two users');
  await world.advance(DECIDED_WITHIN_MS);
  const holders = rivals.filter(({ connection }) => connection.isUp);
  if (holders.length !== 1) world.violate('G5 convergence', `${CLIENT_ID} is held by ${holders.length} users`);
  const late = rivals.find(({ connection }) => !connection.isUp);
  if (late !== undefined) await judgeRefused(world, late.caller);
  for (const { connection } of rivals) connection.cut();
}

function dial(world: World, user: UserRecord, node: ServerNode): Rival {
  const caller = { machine: new Machine(world.clock), user, session: world.newSession(), clientId: CLIENT_ID };
  return { caller, connection: world.dial(caller, NOTHING, node) };
}

async function judgeRefused(world: World, caller: Caller): Promise<void> {
  const asked = world.nodes.map((node) => node.verdict(caller));
  await world.advance(CONNECTED_WITHIN_MS);
  for (const verdict of await Promise.all(asked)) {
    if (verdict.kind === 'answered' && verdict.code === 'client_id_taken') continue;
    world.violate('G5 convergence', `${caller.user.id} is told ${JSON.stringify(verdict)}, but ${CLIENT_ID} is taken`);
  }
}
