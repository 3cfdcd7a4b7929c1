import { MAX_SEND_QUEUE_BYTES } from '@parley/server/testing';
import type { SeededRandom } from '@parley/testkit';
import type { Connection } from '../sim/connection.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { Operation } from '../workload/operation.ts';

/** So little is left of the buffer of a reader that has stopped to read. */
const ROOM_BYTES = 700;
const MOST_ROOM_BYTES = 20_000;

export const cut: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  if (connection === null) return null;
  connection.cut();
  return `the connection of ${connection.caller.clientId} is lost`;
};

/** Half-open, one way or both: nobody is told that nothing gets through. */
export const silence: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  const direction = random.pick(['to client', 'to server', 'both'] as const);
  if (connection === null || direction === undefined) return null;
  connection.silence(direction);
  simulation.count(`silence ${direction}`);
  if (random.chance(0.3)) simulation.clock.after(Math.floor(random.between(500, 60_000)), () => connection.unsilence());
  return `${connection.caller.clientId} hears no more ${direction}`;
};

/** The client does not read, and its buffer is nearly full. */
export const slowReader: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  if (connection === null) return null;
  connection.stopReading(MAX_SEND_QUEUE_BYTES - ROOM_BYTES);
  if (random.chance(0.5)) {
    simulation.clock.after(Math.floor(random.between(100, 20_000)), () => connection.resumeReading());
  }
  return `${connection.caller.clientId} stops reading`;
};

/** The line to the client carries a few hundred bytes in a second: what is said waits in the server's buffer, and grows. */
export const narrowLine: Operation = (simulation, random) => {
  const connection = pickUp(simulation, random);
  if (connection === null) return null;
  const bytesPerMs = random.between(0.05, 3);
  connection.throttle(bytesPerMs, MAX_SEND_QUEUE_BYTES - random.below(MOST_ROOM_BYTES));
  simulation.clock.after(Math.floor(random.between(1_000, 30_000)), () => connection.unthrottle());
  return `${connection.caller.clientId} gets ${bytesPerMs.toFixed(2)} bytes a millisecond`;
};

function pickUp(simulation: Simulation, random: SeededRandom): Connection | null {
  const connections = [...simulation.tabs].flatMap(({ connection }) => (connection?.isUp === true ? [connection] : []));
  return random.pick(connections) ?? null;
}
