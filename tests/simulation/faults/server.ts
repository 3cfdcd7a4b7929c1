import { FAULT_PROFILE_NAMES, FAULT_PROFILES, type FaultConditions } from '../sim/fault-conditions.ts';
import { STORE_MOMENTS } from '../sim/simulated-store.ts';
import type { Operation } from '../workload/operation.ts';

const HOUR_MS = 3_600_000;
/** Processing of a store response takes fewer microtasks than this. */
const MAX_STEPS = 40;

export const crash: Operation = (simulation, random) => {
  const node = random.pick(simulation.nodes.filter(({ isDown }) => !isDown));
  if (node === undefined) return null;
  const isKernelAlive = random.chance(0.7);
  simulation.noteFault();
  node.crash(isKernelAlive);
  simulation.clock.after(Math.floor(random.between(100, 8_000)), () => {
    simulation.noteFault();
    node.start();
  });
  return `${node.name} ${isKernelAlive ? 'is killed' : 'loses its power'}`;
};

/** Crashes a node while it waits for the store, or between two microtasks of processing a response. */
export const crashAtAnyAwait: Operation = (simulation, random) => {
  const node = random.pick(simulation.nodes.filter(({ isUp }) => isUp));
  const moment = random.pick(STORE_MOMENTS);
  if (node === undefined || moment === undefined) return null;
  const steps = moment.endsWith('answered') ? random.below(MAX_STEPS) : 0;
  simulation.noteFault();
  node.armCrash({ moment, steps });
  return `${node.name} will die with a ${moment}, ${steps} steps later`;
};

/** Restarts all nodes one after the other, like a deployment. */
export const rollingRestart: Operation = (simulation, random) => {
  for (const [index, node] of simulation.nodes.entries()) {
    const atMs = index * Math.floor(random.between(6_000, 9_000));
    simulation.clock.after(atMs, () => {
      if (!simulation.faultsStopped) node.drain();
    });
  }
  return 'the servers restart one after the other';
};

/** Pauses a process, which does not notice. */
export const pause: Operation = (simulation, random) => {
  const node = random.pick(simulation.nodes.filter(({ isUp }) => isUp));
  const process = node?.process ?? null;
  if (node === undefined || process === null) return null;
  const ms = Math.floor(random.chance(0.2) ? random.between(10_000, 70_000) : random.between(50, 5_000));
  simulation.noteFault();
  process.sleep();
  simulation.clock.after(ms, () => {
    simulation.noteFault();
    process.wake();
  });
  return `${node.name} is stopped for ${ms} ms`;
};

export const jumpClock: Operation = (simulation, random) => {
  const node = random.pick(simulation.nodes.filter(({ isDown }) => !isDown));
  if (node === undefined) return null;
  const ms = Math.floor(random.between(-HOUR_MS, HOUR_MS));
  node.process?.skewClock(ms);
  return `the clock of ${node.name} jumps by ${ms} ms`;
};

/** Applies one or several fault profiles for some time. */
export const faultBurst: Operation = (simulation, random) => {
  const profiles = Array.from(
    { length: 1 + random.below(3) },
    () => random.pick(FAULT_PROFILE_NAMES) ?? 'slow network',
  );
  const ms = Math.floor(random.between(500, 12_000));
  simulation.applyFaults(
    Object.assign({}, ...profiles.map((profile) => FAULT_PROFILES[profile])) as Partial<FaultConditions>,
    ms,
  );
  for (const profile of profiles) simulation.count(`fault profile: ${profile}`);
  return `weather for ${ms} ms: ${profiles.join(', ')}`; // words: allow weather (part of the recorded histories)
};

export const partition: Operation = (simulation, random) => {
  const { bus } = simulation;
  if (bus === null) return null;
  const apart = simulation.nodes.filter(() => random.chance(0.5)).map(({ name }) => name);
  if (apart.length === 0 || apart.length === simulation.nodes.length) return null;
  bus.partition(apart);
  simulation.noteFault();
  simulation.clock.after(Math.floor(random.between(500, 15_000)), () => {
    simulation.noteFault();
    bus.partition([]);
  });
  return `the bus parts ${apart.join(' and ')} from the others`;
};

/** Separate from the fault profiles: a store outage that exceeds every timeout. */
export const outage: Operation = (simulation, random) => {
  simulation.applyFaults({ storeFails: 1 }, Math.floor(random.between(10_000, 45_000)));
  return 'the store is away for long';
};
