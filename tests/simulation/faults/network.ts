import { MAX_SEND_QUEUE_BYTES } from '@parley/server/testing';
import type { SeededRandom } from '@parley/testkit';
import type { Connection } from '../sim/connection.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { Operation } from '../workload/operation.ts';

/** Bytes left in the send queue of a client that stops reading. */
const FREE_BYTES = 700;
const MAX_FREE_BYTES = 20_000;

export const cut: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  if (connection === null) return null;
  connection.cut();
  return `the connection of ${connection.caller.clientId} is lost`;
};

/** Makes a connection half-open, one way or both. Neither side notices. */
export const silence: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  const direction = random.pick(['to client', 'to server', 'both'] as const);
  if (connection === null || direction === undefined) return null;
  connection.silence(direction);
  simulation.count(`silence ${direction}`);
  if (random.chance(0.3)) simulation.clock.after(Math.floor(random.between(500, 60_000)), () => connection.unsilence());
  return `${connection.caller.clientId} hears no more ${direction}`;
};

/** The client stops reading while its send queue is nearly full. */
export const slowReader: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  if (connection === null) return null;
  connection.stopReading(MAX_SEND_QUEUE_BYTES - FREE_BYTES);
  if (random.chance(0.5)) {
    simulation.clock.after(Math.floor(random.between(100, 20_000)), () => connection.resumeReading());
  }
  return `${connection.caller.clientId} stops reading`;
};

/** Limits the bandwidth to the client, so that its send queue in the server grows. */
export const narrowLine: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  if (connection === null) return null;
  const bytesPerMs = random.between(0.05, 3);
  connection.throttle(bytesPerMs, MAX_SEND_QUEUE_BYTES - random.below(MAX_FREE_BYTES));
  simulation.clock.after(Math.floor(random.between(1_000, 30_000)), () => connection.unthrottle());
  return `${connection.caller.clientId} gets ${bytesPerMs.toFixed(2)} bytes a millisecond`;
};

function pickUp(simulation: Simulation, random: SeededRandom): Connection | null {
  const connections = [...simulation.tabs].flatMap(({ connection }) => (connection?.isUp === true ? [connection] : []));
  return random.pick(connections) ?? null;
}
