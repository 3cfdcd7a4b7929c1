import { beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from './faults/fault.ts';
import { reportOf } from './run/report.ts';
import { runTrial, type TrialResult } from './run/run-trial.ts';

/** Repetitions of a fault, 1 by default. `npm run faults` does hundreds. */
const REPETITIONS: Readonly<Record<string, number>> = { kill: 5, stop: 2 };
/** No bound: a busy machine may be slow. A client that never converges is a failure all the same. */
const MAX_CONVERGED_MS = Number.MAX_SAFE_INTEGER;
/** `sync` can't read a log of more than 10,000 entries from its start. */
const MAX_LOG_ENTRIES = 9_000;

/** Registers tests that run one trial with some repetitions of each fault, and check its history. */
export function registerFaultSuite(name: string, faults: readonly Fault[]): void {
  const candidates = faults.map((fault) => ({ fault, unsupportedReason: fault.unsupportedReason?.() ?? null }));
  const batches = candidates
    .filter(({ unsupportedReason }) => unsupportedReason === null)
    .map(({ fault }) => ({ fault, count: REPETITIONS[fault.name] ?? 1 }));

  describe(`the trial ${name}`, () => {
    let result: TrialResult;

    beforeAll(async () => {
      if (batches.length === 0) return;
      result = await runTrial({
        name,
        batches,
        seed: String(Date.now() % 1_000_000),
        nodes: faults[0]?.nodes ?? 1,
        untilMs: Number.POSITIVE_INFINITY,
        maxLogEntries: MAX_LOG_ENTRIES,
        maxConvergedMs: MAX_CONVERGED_MS,
        reconnectImmediately: true,
        keep: false,
        progress: () => undefined,
      });
    });

    test.skipIf(batches.length === 0)('violates no guarantee', () => {
      expect(result.checkerCommand === null ? '' : reportOf(name, result)).toBe('');
    });

    for (const { fault, unsupportedReason } of candidates) {
      const where = unsupportedReason === null ? '' : ` (skipped: ${unsupportedReason})`;
      test.skipIf(unsupportedReason !== null)(`includes the fault ${fault.name}${where}`, () => {
        expect(result.checkResult.counts[`fault: ${fault.name}`]).toBe(REPETITIONS[fault.name] ?? 1);
      });
    }
  });
}
