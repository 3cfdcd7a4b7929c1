import { FRONT_NAMES, FRONTS, type Weather } from '../sim/fault-conditions.ts';
import { STORE_MOMENTS } from '../sim/simulated-store.ts';
import type { Act } from '../workload/operation.ts';

const HOUR_MS = 3_600_000;
/** What follows an answer of the store is done by then. */
const MOST_STEPS = 40;

export const crash: Act = (world, dice) => {
  const node = dice.pick(world.nodes.filter(({ isDown }) => !isDown));
  if (node === undefined) return null;
  const isKernelAlive = dice.chance(0.7);
  world.disturbed();
  node.crash(isKernelAlive);
  world.clock.after(Math.floor(dice.between(100, 8_000)), () => {
    world.disturbed();
    node.start();
  });
  return `${node.name} ${isKernelAlive ? 'is killed' : 'loses its power'}`;
};

/** In the middle of what it does: while it waits for the store, or between two steps that follow each other at once. */
export const crashAtAnyAwait: Act = (world, dice) => {
  const node = dice.pick(world.nodes.filter(({ isUp }) => isUp));
  const moment = dice.pick(STORE_MOMENTS);
  if (node === undefined || moment === undefined) return null;
  const steps = moment.endsWith('answered') ? dice.below(MOST_STEPS) : 0;
  world.disturbed();
  node.crashAt({ moment, steps });
  return `${node.name} will die with a ${moment}, ${steps} steps later`;
};

/** One after the other, as a deployment does. */
export const rollingRestart: Act = (world, dice) => {
  for (const [index, node] of world.nodes.entries()) {
    const atMs = index * Math.floor(dice.between(6_000, 9_000));
    world.clock.after(atMs, () => {
      if (!world.isCalmForGood) node.drain();
    });
  }
  return 'the servers restart one after the other';
};

/** The process is stopped for a while and knows nothing of it. */
export const pause: Act = (world, dice) => {
  const node = dice.pick(world.nodes.filter(({ isUp }) => isUp));
  const machine = node?.machine ?? null;
  if (node === undefined || machine === null) return null;
  const ms = Math.floor(dice.chance(0.2) ? dice.between(10_000, 70_000) : dice.between(50, 5_000));
  world.disturbed();
  machine.sleep();
  world.clock.after(ms, () => {
    world.disturbed();
    machine.wake();
  });
  return `${node.name} is stopped for ${ms} ms`;
};

export const jumpClock: Act = (world, dice) => {
  const node = dice.pick(world.nodes.filter(({ isDown }) => !isDown));
  if (node === undefined) return null;
  const ms = Math.floor(dice.between(-HOUR_MS, HOUR_MS));
  node.machine?.jump(ms);
  return `the clock of ${node.name} jumps by ${ms} ms`;
};

/** One kind of trouble, or several at once, for a while. */
export const storm: Act = (world, dice) => {
  const fronts = Array.from({ length: 1 + dice.below(3) }, () => dice.pick(FRONT_NAMES) ?? 'slow network');
  const ms = Math.floor(dice.between(500, 12_000));
  world.storm(Object.assign({}, ...fronts.map((front) => FRONTS[front])) as Partial<Weather>, ms);
  for (const front of fronts) world.count(`weather: ${front}`);
  return `weather for ${ms} ms: ${fronts.join(', ')}`;
};

export const partition: Act = (world, dice) => {
  const { bus } = world;
  if (bus === null) return null;
  const apart = world.nodes.filter(() => dice.chance(0.5)).map(({ name }) => name);
  if (apart.length === 0 || apart.length === world.nodes.length) return null;
  bus.part(apart);
  world.disturbed();
  world.clock.after(Math.floor(dice.between(500, 15_000)), () => {
    world.disturbed();
    bus.part([]);
  });
  return `the bus parts ${apart.join(' and ')} from the others`;
};

/** Kept apart from the other faults: an outage long enough for every patience to end. */
export const outage: Act = (world, dice) => {
  world.storm({ storeFails: 1 }, Math.floor(dice.between(10_000, 45_000)));
  return 'the store is away for long';
};
