import type { UserRecord } from '@parley/server/testing';
import { SimulatedProcess } from '@parley/testkit';
import type { ClientIdentity, Connection } from '../sim/connection.ts';
import type { ServerNode } from '../sim/server-node.ts';
import type { Simulation } from '../sim/simulation.ts';

const CLIENT_ID = 'wanted-by-two-users';
/** Enough for a handshake, which includes a request to the other nodes. */
const CONNECTED_WITHIN_MS = 1_500;
/** Enough for all nodes to renew their claims. */
const DECIDED_WITHIN_MS = 12_000;
const NOTHING = { opened: () => undefined, received: () => undefined, closed: () => undefined };

interface Rival {
  readonly caller: ClientIdentity;
  readonly connection: Connection;
}

/**
 * HS3: two users claim one clientId on two nodes while the bus is cut. Once it works again, one user keeps the clientId
 * and every node refuses the other.
 */
export async function checkClientIdClaims(simulation: Simulation): Promise<void> {
  const [one, two] = simulation.nodes;
  const [first, second] = simulation.users;
  if (one === undefined || two === undefined || first === undefined || second === undefined) return;
  simulation.applyFaults({ busLoses: 1 }, CONNECTED_WITHIN_MS);
  const rivals = [dial(simulation, first, one), dial(simulation, second, two)];
  await simulation.advance(CONNECTED_WITHIN_MS);
  if (rivals.every(({ connection }) => connection.isUp)) simulation.count('clientId held by two users');
  await simulation.advance(DECIDED_WITHIN_MS);
  const holders = rivals.filter(({ connection }) => connection.isUp);
  if (holders.length !== 1) {
    simulation.reportViolation('G5 convergence', `${CLIENT_ID} is held by ${holders.length} users`);
  }
  const loser = rivals.find(({ connection }) => !connection.isUp);
  if (loser !== undefined) await checkRefused(simulation, loser.caller);
  for (const { connection } of rivals) connection.cut();
}

function dial(simulation: Simulation, user: UserRecord, node: ServerNode): Rival {
  const caller = {
    process: new SimulatedProcess(simulation.clock),
    user,
    session: simulation.newSession(),
    clientId: CLIENT_ID,
  };
  return { caller, connection: simulation.dial(caller, NOTHING, node) };
}

async function checkRefused(simulation: Simulation, caller: ClientIdentity): Promise<void> {
  const probes = simulation.nodes.map((node) => node.probe(caller));
  await simulation.advance(CONNECTED_WITHIN_MS);
  for (const probe of await Promise.all(probes)) {
    if (probe.kind === 'answered' && probe.code === 'client_id_taken') continue;
    simulation.reportViolation(
      'G5 convergence',
      `${caller.user.id} gets ${JSON.stringify(probe)}, but ${CLIENT_ID} is taken`,
    );
  }
}
