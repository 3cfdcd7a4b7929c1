import { SeededRandom } from '@parley/testkit';
import { FAULTS, WORKLOAD, type StepKind } from '../workload/operations.ts';

/** One thing that somebody does, or that goes wrong. What it is done to is drawn from `dice` when its time comes. */
export interface Step {
  readonly atMs: number;
  readonly kind: StepKind;
  readonly seed: string;
}

/** Everything that a run is made of. Steps can be left out, and the rest still means something. */
export interface Plan {
  readonly seed: number;
  readonly nodes: number;
  readonly users: number;
  readonly devices: number;
  readonly rateLimits: boolean;
  /** Messages that were said in the public room before anybody was there: more than a page of them, or none. */
  readonly history: number;
  readonly steps: readonly Step[];
}

/** A stretch of time with its own mix of faults; a quiet one has none. */
interface Phase {
  readonly untilMs: number;
  readonly faults: readonly StepKind[];
}

const LONGEST_MS = 60_000;
const SHORTEST_MS = 12_000;
const WORK_EVERY_MS = 700;
const FAULT_EVERY_MS = 1_600;

/** The plan that belongs to a seed. */
export function planOf(seed: number): Plan {
  const random = new SeededRandom(seed).fork('plan');
  const lengthMs = Math.floor(random.between(SHORTEST_MS, LONGEST_MS));
  const phases = drawPhases(random, lengthMs);
  const faultsAt = (atMs: number): readonly StepKind[] => phases.find(({ untilMs }) => atMs < untilMs)?.faults ?? [];
  const times = [
    ...drawTimes(random, lengthMs, WORK_EVERY_MS).map((atMs) => ({ atMs, isFault: false })),
    ...drawTimes(random, lengthMs, FAULT_EVERY_MS).map((atMs) => ({ atMs, isFault: true })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const steps = times.flatMap(({ atMs, isFault }, index): Step[] => {
    const kind = isFault ? random.pick(faultsAt(atMs)) : draw(random, WORKLOAD);
    return kind === undefined ? [] : [{ atMs, kind, seed: `${seed}.${index}` }];
  });
  return {
    seed,
    nodes: random.chance(0.6) ? 1 : 2 + random.below(2),
    users: 2 + random.below(3),
    devices: random.below(3),
    rateLimits: random.chance(0.3),
    history: random.chance(0.1) ? 60 + random.below(60) : 0,
    steps,
  };
}

function drawTimes(random: SeededRandom, lengthMs: number, everyMs: number): number[] {
  const times: number[] = [];
  for (let atMs = 0; ;) {
    // Crowded and empty moments: an exponential distribution.
    atMs += Math.ceil(-Math.log(1 - random.fraction()) * everyMs);
    if (atMs >= lengthMs) return times;
    times.push(atMs);
  }
}

function drawPhases(random: SeededRandom, lengthMs: number): Phase[] {
  const phases: Phase[] = [];
  for (let untilMs = 0; untilMs < lengthMs;) {
    untilMs += Math.floor(random.between(3_000, 20_000));
    const isQuiet = random.chance(0.2);
    const faults = isQuiet ? [] : Array.from({ length: 2 + random.below(8) }, () => draw(random, FAULTS));
    phases.push({ untilMs, faults });
  }
  return phases;
}

function draw<K extends StepKind>(random: SeededRandom, kinds: Readonly<Record<K, { readonly weight: number }>>): K {
  const entries = Object.entries<{ readonly weight: number }>(kinds) as [K, { readonly weight: number }][];
  const total = entries.reduce((sum, [, { weight }]) => sum + weight, 0);
  let left = random.fraction() * total;
  for (const [kind, { weight }] of entries) {
    left -= weight;
    if (left < 0) return kind;
  }
  throw new Error('there is nothing to draw from');
}
