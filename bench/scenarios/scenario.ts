import type { Programs } from '../measure/build.ts';
import { medianOf, summarise, type Figures, type Summary } from '../measure/summary.ts';

/** A question, and how it is answered. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is measured, for the reader of the results. */
  readonly about: string;
  /** Why it can not be measured on this machine; null when it can. */
  readonly whyNot?: () => string | null;
  run(context: Context): Promise<readonly Case[]>;
}

export interface Context {
  readonly programs: Programs;
  readonly rounds: number;
  /** A small version that says whether the benchmark works, not how fast anything is. */
  readonly quick: boolean;
  readonly warmUpSeconds: number;
  /** How often a disturbed measurement may be taken. */
  readonly windows: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** One situation, and what the contenders did in it. */
export interface Case {
  readonly name: string;
  /** The figure that decides. */
  readonly primary: string;
  readonly rows: readonly Row[];
  /** For a chart: the line it belongs to, and where on it. */
  readonly point?: { readonly line: string; readonly x: number };
}

export interface Row {
  readonly contender: string;
  readonly figures: Readonly<Record<string, Summary>>;
  /** The primary figure of Parley divided by this one's, the median over the rounds. */
  readonly parleyRatio: number | null;
}

export interface Participant<T> {
  readonly name: string;
  /** Starts the contender, measures it in every situation, and ends it. */
  readonly measure: () => Promise<T>;
}

/** Lets everyone run once a round, in another order each time, so that what changes with time hits all alike. */
export async function interleave<T>(context: Context, entrants: readonly Participant<T>[]): Promise<Map<string, T[]>> {
  const samples = new Map<string, T[]>(entrants.map(({ name }) => [name, []]));
  for (let round = 0; round < context.rounds; round += 1) {
    for (let turn = 0; turn < entrants.length; turn += 1) {
      const entrant = entrants[(turn + round) % entrants.length];
      if (entrant === undefined) continue;
      context.say(`  round ${round + 1} of ${context.rounds}: ${entrant.name}`);
      samples.get(entrant.name)?.push(await entrant.measure());
    }
  }
  return samples;
}

/** Compares what was measured in one situation. */
export function toCase(
  { name, primary, point }: Pick<Case, 'name' | 'primary' | 'point'>,
  samples: ReadonlyMap<string, readonly Figures[]>,
): Case {
  const ours = samples.get('Parley') ?? [];
  const rows = [...samples].map(([contender, figures]): Row => {
    const ratios = figures.map(
      (sample, round) => (ours[round]?.[primary] ?? Number.NaN) / (sample[primary] ?? Number.NaN),
    );
    return {
      contender,
      figures: summarise(figures),
      parleyRatio: contender === 'Parley' || ours.length === 0 ? null : medianOf(ratios),
    };
  });
  return { name, primary, rows, ...(point === undefined ? {} : { point }) };
}

/** The samples of one situation out of those of several. */
export function pick<T>(
  samples: ReadonlyMap<string, readonly T[]>,
  choose: (sample: T) => Figures,
): Map<string, Figures[]> {
  return new Map([...samples].map(([name, all]) => [name, all.map(choose)]));
}
