import { expect, test } from 'vitest';
import { kill } from '../faults/kill.ts';
import { stop } from '../faults/stop.ts';
import { tableOf } from './report.ts';
import type { TrialResult } from './run-trial.ts';

function trial(faults: number): TrialResult {
  const counts = { attempt: 9, acked: 8, delivered: 30 };
  const checkResult = { violations: [], counts, convergedMs: [100, 200], convergedAfterOnlineMs: [0, 50] };
  return { seed: '1', faults, checkResult, checkerCommand: null };
}

test('the fault table keeps the rows of faults that were not in the run and replaces the others', () => {
  const before = tableOf(
    new Map([
      [kill, [trial(3)]],
      [stop, [trial(4)]],
    ]),
    { at: 'old' },
  );
  const after = tableOf(new Map([[stop, [trial(5), trial(6)]]]), { at: 'new', before: `${before}\n\nnotes\n` });
  const lines = after.split('\n').slice(2);
  expect(lines.map((line) => line.split(' | ').slice(0, 2))).toEqual([
    ['| `kill`', '3'],
    ['| `stop`', '11'],
  ]);
  expect(lines.map((line) => line.endsWith('old |'))).toEqual([true, false]);
});

test('the fault table drops old rows with other columns', () => {
  const before = '| fault | times |\n|---|---|\n| `kill` | 300 |';
  expect(tableOf(new Map([[stop, [trial(1)]]]), { at: 'new', before })).not.toContain('kill');
});
