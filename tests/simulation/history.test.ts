import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { planOf } from './run/plan.ts';
import { runPlan } from './run/run-plan.ts';

/**
 * SHA-256 of the whole history of a seed: every step, frame and stored event. A refactoring does not change it. A
 * change of behaviour, of the wire or of the format of seeds (fork labels, the order of steps, step keys) does: then
 * check that the regression plans still fail on their mutants before you record the new digests.
 */
const HISTORIES = [
  { seed: 4, digest: 'e0447ae1c75d12ee32346091189090aabcc97223133fd6776022768c1c74f9d4' },
  { seed: 8, digest: '049f606b5e51199c5f1bf7465fda4e9b49a497fa797729ece03216dc0b14bb54' },
  { seed: 36, digest: 'c23bebda606334bfaa12347fb874b98a125562599e792fd08f9dc9e2e4ef7f51' },
];

test.each(HISTORIES)('the history of seed $seed is byte-equal to the recorded one', async ({ seed, digest }) => {
  const { history } = await runPlan(planOf(seed), { isRecorded: true });
  // Log messages may be reworded. Only that a node logged something is part of the digest.
  const lines = history.map((line) => line.replace(/ logs: .*$/, ' logs'));
  expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(digest);
});
