import type { Fault } from '../faults/fault.ts';
import type { TrialResult } from './run-trial.ts';

const SHOWN_VIOLATIONS = 10;

/** What was found in one scene, and how to look again. */
export function reportOf(name: string, { seed, faults, verdict, again }: TrialResult): string {
  const found = verdict.violations
    .slice(0, SHOWN_VIOLATIONS)
    .map(({ law, what, line }) => `  ${law}, line ${line}: ${what}`);
  return [
    `${name}, seed ${seed}: ${verdict.violations.length} violations after ${faults} faults`,
    ...found,
    `  the same plan again (real processes never keep the same time): npm run faults -- --only ${name} --seed ${seed}`,
    ...(again === null ? [] : [`  the recorded history again: ${again}`]),
  ].join('\n');
}

export interface TableOptions {
  /** What was run, for each line. */
  readonly at: string;
  /** A text with such a table: its lines of other kinds stay. */
  readonly before?: string;
}

/** One line for each kind, in Markdown. */
export function tableOf(
  results: ReadonlyMap<Fault, readonly TrialResult[]>,
  { at, before = '' }: TableOptions,
): string {
  const head = [`| ${HEAD.join(' | ')} |`, `|${HEAD.map(() => '---').join('|')}|`];
  const written = [...results].map(([kind, scenes]) => `| ${[...rowOf(kind, scenes), at].join(' | ')} |`);
  const isWritten = (line: string): boolean => [...results.keys()].some(({ name }) => line.startsWith(startOf(name)));
  const old = before.includes(head.join('\n')) ? before.split('\n').filter((line) => line.startsWith('| `')) : [];
  return [...head, ...old.filter((line) => !isWritten(line)), ...written].join('\n');
}

function startOf(name: string): string {
  return `| \`${name}\` |`;
}

const HEAD = [
  'fault',
  'times',
  'operations attempted',
  'acknowledged',
  'refused',
  'unanswered (stored)',
  'events delivered',
  'lost',
  'duplicate',
  'reordered',
  'all violations',
  'converged, median / 95 % / worst',
  'after reconnecting, worst',
  'at commit',
] as const;

const REORDERED = [
  'another place',
  'order of one sender',
  'order of acknowledgements',
  'seen differently',
  'gap in what was told',
  'hole',
];

function rowOf({ name }: Fault, scenes: readonly TrialResult[]): readonly (string | number)[] {
  const sum = (...counts: string[]): number =>
    counts.reduce(
      (total, count) => total + scenes.reduce((all, { verdict }) => all + (verdict.counts[count] ?? 0), 0),
      0,
    );
  const laws = (...names: readonly string[]): number => sum(...names.map((law) => `violations: ${law}`));
  const whole = scenes.flatMap(({ verdict }) => verdict.convergedMs).toSorted((a, b) => a - b);
  const afterOnline = scenes.flatMap(({ verdict }) => verdict.wholeAfterOnlineMs);
  return [
    `\`${name}\``,
    scenes.reduce((all, { faults }) => all + faults, 0),
    sum('attempt'),
    sum('acked'),
    sum('refused'),
    `${sum('without an answer')} (${sum('without an answer, yet stored')})`,
    sum('delivered'),
    laws('lost', 'gone'),
    laws('doubled', 'unexpected'),
    laws(...REORDERED),
    scenes.reduce((all, { verdict }) => all + verdict.violations.length, 0),
    [whole[Math.floor(whole.length / 2)], whole[Math.floor(whole.length * 0.95)], whole.at(-1)]
      .map(seconds)
      .join(' / '),
    seconds(Math.max(0, ...afterOnline)),
  ];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : `${(ms / 1_000).toFixed(1)} s`;
}
