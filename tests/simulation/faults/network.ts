import { MAX_SEND_QUEUE_BYTES } from '@parley/server/testing';
import type { SeededRandom } from '@parley/testkit';
import type { Connection } from '../sim/connection.ts';
import type { World } from '../sim/simulation.ts';
import type { Act } from '../workload/operation.ts';

/** So little is left of the buffer of a reader that has stopped to read. */
const ROOM_BYTES = 700;
const MOST_ROOM_BYTES = 20_000;

export const cut: Act = (world, dice) => {
  const connection = pickUp(world, dice);
  if (connection === null) return null;
  connection.cut();
  return `the connection of ${connection.caller.clientId} is lost`;
};

/** Half-open, one way or both: nobody is told that nothing gets through. */
export const silence: Act = (world, dice) => {
  const connection = pickUp(world, dice);
  const direction = dice.pick(['to client', 'to server', 'both'] as const);
  if (connection === null || direction === undefined) return null;
  connection.silence(direction);
  world.count(`silence ${direction}`);
  if (dice.chance(0.3)) world.clock.after(Math.floor(dice.between(500, 60_000)), () => connection.unsilence());
  return `${connection.caller.clientId} hears no more ${direction}`;
};

/** The client does not read, and its buffer is nearly full. */
export const slowReader: Act = (world, dice) => {
  const connection = pickUp(world, dice);
  if (connection === null) return null;
  connection.pileUp(MAX_SEND_QUEUE_BYTES - ROOM_BYTES);
  if (dice.chance(0.5)) world.clock.after(Math.floor(dice.between(100, 20_000)), () => connection.catchUp());
  return `${connection.caller.clientId} stops reading`;
};

/** The line to the client carries a few hundred bytes in a second: what is said waits in the server's buffer, and grows. */
export const narrowLine: Act = (world, dice) => {
  const connection = pickUp(world, dice);
  if (connection === null) return null;
  const bytesPerMs = dice.between(0.05, 3);
  connection.narrow(bytesPerMs, MAX_SEND_QUEUE_BYTES - dice.below(MOST_ROOM_BYTES));
  world.clock.after(Math.floor(dice.between(1_000, 30_000)), () => connection.widen());
  return `${connection.caller.clientId} gets ${bytesPerMs.toFixed(2)} bytes a millisecond`;
};

function pickUp(world: World, dice: SeededRandom): Connection | null {
  const connections = [...world.tabs].flatMap(({ connection }) => (connection?.isUp === true ? [connection] : []));
  return dice.pick(connections) ?? null;
}
