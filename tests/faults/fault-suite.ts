import { beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from './faults/fault.ts';
import { reportOf } from './run/report.ts';
import { runTrial, type TrialResult } from './run/run-trial.ts';

/** A few of each kind; `npm run faults` does hundreds. */
const FAULTS: Readonly<Record<string, number>> = { kill: 5, stop: 2 };
/** No bound: a busy machine may be slow. A client that never converges is a failure all the same. */
const MAX_CONVERGED_MS = Number.MAX_SAFE_INTEGER;
/** Each kind has its turn; beyond 10,000 the whole of a log can not be read by `sync` any more. */
const MAX_LOG_ENTRIES = 9_000;

/** Tests that play one scene with some faults of each kind, all on so many nodes, and have it judged. */
export function registerFaultSuite(name: string, kinds: readonly Fault[]): void {
  const tried = kinds.map((kind) => ({ kind, unsupportedReason: kind.unsupportedReason?.() ?? null }));
  const turns = tried
    .filter(({ unsupportedReason }) => unsupportedReason === null)
    .map(({ kind }) => ({ kind, faults: FAULTS[kind.name] ?? 1 }));

  describe(`the scene ${name}`, () => {
    let result: TrialResult;

    beforeAll(async () => {
      if (turns.length === 0) return;
      result = await runTrial({
        name,
        turns,
        seed: String(Date.now() % 1_000_000),
        nodes: kinds[0]?.nodes ?? 1,
        untilMs: Number.POSITIVE_INFINITY,
        maxLogEntries: MAX_LOG_ENTRIES,
        maxConvergedMs: MAX_CONVERGED_MS,
        reconnectImmediately: true,
        keep: false,
        progress: () => undefined,
      });
    });

    test.skipIf(turns.length === 0)('keeps the guarantees', () => {
      expect(result.again === null ? '' : reportOf(name, result)).toBe('');
    });

    for (const { kind, unsupportedReason } of tried) {
      const where = unsupportedReason === null ? '' : ` (not here: ${unsupportedReason})`;
      test.skipIf(unsupportedReason !== null)(`lived through ${kind.name}${where}`, () => {
        expect(result.verdict.counts[`fault: ${kind.name}`]).toBe(FAULTS[kind.name] ?? 1);
      });
    }
  });
}
