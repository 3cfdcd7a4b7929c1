import { SeededRandom } from '@parley/testkit';
import { FAULTS, WORKLOAD, type StepKind } from '../workload/operations.ts';

/** One operation of a user, or one fault. Its target is drawn from `seed` when it is due. */
export interface Step {
  readonly atMs: number;
  readonly kind: StepKind;
  readonly seed: string;
}

/** The input of a run. It stays valid when steps are removed. */
export interface Plan {
  readonly seed: number;
  readonly nodes: number;
  readonly users: number;
  readonly devices: number;
  readonly rateLimits: boolean;
  /** Messages in the general channel before the first step: more than one page, or none. */
  readonly history: number;
  readonly steps: readonly Step[];
}

/** A period with its own mix of faults; a quiet one has none. */
interface Phase {
  readonly untilMs: number;
  readonly faults: readonly StepKind[];
}

const LONGEST_MS = 60_000;
const SHORTEST_MS = 12_000;
const WORK_EVERY_MS = 700;
const FAULT_EVERY_MS = 1_600;

/** Draws the plan of a seed. */
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
    // An exponential distribution gives bursts and pauses.
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
  throw new Error('no kind has a weight');
}
