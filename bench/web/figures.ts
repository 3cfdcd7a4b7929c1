/** One measured quantity over all repetitions. */
export interface Figure {
  readonly label: string;
  readonly unit: Unit;
  readonly count: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
  /** An upper bound for one of the values above, where one is promised. */
  readonly budget?: Budget;
}

export type Unit = 'ms' | 'px' | 'bytes' | 'count';

export interface Budget {
  readonly of: 'median' | 'p95' | 'max';
  readonly atMost: number;
}

/** One measurement and its results. */
export interface Finding {
  readonly name: string;
  readonly title: string;
  /** What is measured and how, for readers of the results. */
  readonly about: string;
  readonly figures: readonly Figure[];
}

export interface FigureOptions {
  readonly unit?: Unit;
  readonly budget?: Budget;
}

/** Summarizes values. Throws when there are none. */
export function figure(label: string, values: readonly number[], options: FigureOptions = {}): Figure {
  if (values.length === 0) throw new Error(`nothing was measured of: ${label}`);
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN;
  const { unit = 'ms', budget } = options;
  return {
    label,
    unit,
    count: values.length,
    median: at(0.5),
    p95: at(0.95),
    max: at(1),
    ...(budget === undefined ? {} : { budget }),
  };
}
