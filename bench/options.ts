import { parseArgs } from 'node:util';
import { SCENARIOS } from './scenarios/all.ts';
import type { Context, Scenario } from './scenarios/scenario.ts';

export const USAGE = `npm run bench -- [options]

  --quick            every scenario at a small scale, under a minute; stores nothing
  --only a,b         only these scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --rounds n         how often each target is measured (default 5)
  --seconds n        duration of one measurement (default 3)
  --profile folder   every Parley server writes a CPU profile into this folder; stores nothing
  --report           measures nothing; writes docs/results/performance.md from bench/results`;

export interface Options extends Pick<Context, 'quick' | 'rounds' | 'seconds' | 'warmUpSeconds' | 'windows'> {
  readonly scenarios: readonly Scenario[];
  readonly profileFolder: string | null;
  readonly reportOnly: boolean;
}

/** Parses the command line. Throws an error with a readable message when an option is invalid. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      profile: { type: 'string' },
      report: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  if (values.help) throw new Error('');
  return {
    quick,
    rounds: positive('rounds', values.rounds, quick ? 1 : 5),
    seconds: positive('seconds', values.seconds, quick ? 0.5 : 3),
    warmUpSeconds: quick ? 0.3 : 1,
    windows: quick ? 1 : 3,
    scenarios: chosen(values.only),
    profileFolder: values.profile ?? null,
    reportOnly: values.report,
  };
}

function positive(name: string, given: string | undefined, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!(value > 0)) throw new Error(`--${name} must be a positive number`);
  return value;
}

function chosen(only: string | undefined): readonly Scenario[] {
  if (only === undefined) return SCENARIOS;
  return only.split(',').map((wanted) => {
    const scenario = SCENARIOS.find(({ name }) => name === wanted.trim());
    if (scenario === undefined) throw new Error(`unknown scenario: ${wanted}`);
    return scenario;
  });
}
