/** Figures of one measurement, by name. */
export type Figures = Readonly<Record<string, number>>;

/** One figure over all rounds. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

/** Summarises each figure that occurs in the samples. */
export function summarise(samples: readonly Figures[]): Record<string, Summary> {
  const names = new Set(samples.flatMap((sample) => Object.keys(sample)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = samples.map((sample) => sample[name]).filter((value): value is number => value !== undefined);
      return [name, { median: medianOf(values), min: Math.min(...values), max: Math.max(...values) }];
    }),
  );
}
