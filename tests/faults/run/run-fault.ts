import type { Fault } from '../faults/fault.ts';
import { runTrial, type TrialOptions, type TrialResult, type FaultBatch } from './run-trial.ts';

const FAULTS_PER_TRIAL = 50;
const MAX_LOG_ENTRIES = 2_000;
/** G5: after faults end, every connected client shows the server's state within 5 s. */
const MAX_CONVERGED_MS = 5_000;

export interface RunOptions extends Pick<TrialOptions, 'seed' | 'keep' | 'progress' | 'untilMs'> {
  /** Faults to inject. */
  readonly repetitions: number;
}

/** Repeats a fault, in one fresh trial after the other, and checks the history of each. */
export async function runFault(fault: Fault, options: RunOptions): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  let done = 0;
  for (let trial = 1; done < options.repetitions && performance.now() < options.untilMs; trial += 1) {
    const before = done;
    const result = await runTrial({
      name: fault.name,
      batches: batchesOf(fault, Math.min(fault.faultsPerTrial ?? FAULTS_PER_TRIAL, options.repetitions - done)),
      seed: trial === 1 ? options.seed : `${options.seed}/${trial}`,
      nodes: fault.nodes ?? 1,
      untilMs: options.untilMs,
      maxLogEntries: MAX_LOG_ENTRIES,
      maxConvergedMs: MAX_CONVERGED_MS,
      reconnectImmediately: false,
      keep: options.keep,
      progress: (injected) => options.progress(before + injected),
    });
    results.push(result);
    done += result.faults;
    if (result.faults === 0) break;
  }
  return results;
}

function batchesOf(fault: Fault, count: number): readonly FaultBatch[] {
  const { faultsPerComparison: max } = fault;
  return Array.from({ length: Math.ceil(count / max) }, (_, batch) => ({
    fault,
    count: Math.min(max, count - batch * max),
  }));
}
