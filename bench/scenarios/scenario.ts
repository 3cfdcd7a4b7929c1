import type { Programs } from '../measure/build.ts';
import { medianOf, summarise, type Figures, type Summary } from '../measure/summary.ts';

/** One benchmark. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What is measured, for the reader of the results. */
  readonly about: string;
  /** Why this machine can’t run it; null when it can. */
  readonly unavailableReason?: () => string | null;
  run(context: Context): Promise<readonly Case[]>;
}

export interface Context {
  readonly programs: Programs;
  readonly rounds: number;
  /** A small version that checks that the benchmark works; its figures mean nothing. */
  readonly quick: boolean;
  readonly warmUpSeconds: number;
  /** The most windows that are measured while other processes disturb them. */
  readonly windows: number;
  readonly seconds: number;
  readonly log: (line: string) => void;
}

/** The figures of all targets under one load. */
export interface Case {
  readonly name: string;
  /** The figure by which targets are compared. */
  readonly primary: string;
  readonly rows: readonly Row[];
  /** For a line chart: the line and the position on it. */
  readonly point?: { readonly line: string; readonly x: number };
}

export interface Row {
  /** The name of the target; stored results have it under this key. */
  readonly contender: string;
  readonly figures: Readonly<Record<string, Summary>>;
  /** The primary figure of Parley divided by this one's, the median over the rounds. */
  readonly parleyRatio: number | null;
}

export interface Participant<T> {
  readonly name: string;
  /** Starts the target, measures it under every load and stops it. */
  readonly measure: () => Promise<T>;
}

/** Measures each participant once per round. The order changes each round, so that drift over time affects all of them alike. */
export async function interleave<T>(
  context: Context,
  participants: readonly Participant<T>[],
): Promise<Map<string, T[]>> {
  const samples = new Map<string, T[]>(participants.map(({ name }) => [name, []]));
  for (let round = 0; round < context.rounds; round += 1) {
    for (let offset = 0; offset < participants.length; offset += 1) {
      const participant = participants[(offset + round) % participants.length];
      if (participant === undefined) continue;
      context.log(`  round ${round + 1} of ${context.rounds}: ${participant.name}`);
      samples.get(participant.name)?.push(await participant.measure());
    }
  }
  return samples;
}

/** Summarises the samples of one load and compares Parley with each target. */
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

/** Selects one load from samples of several. */
export function pick<T>(
  samples: ReadonlyMap<string, readonly T[]>,
  choose: (sample: T) => Figures,
): Map<string, Figures[]> {
  return new Map([...samples].map(([name, all]) => [name, all.map(choose)]));
}
