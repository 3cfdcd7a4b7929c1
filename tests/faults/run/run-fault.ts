import type { Fault } from '../faults/fault.ts';
import { runTrial, type TrialOptions, type TrialResult, type FaultBatch } from './run-trial.ts';

const FAULTS_PER_SCENE = 50;
const MAX_LOG_ENTRIES = 2_000;
/** Of the guarantees: after faults end, every connected member shows the server's state within 5 s. */
const MAX_WHOLE_MS = 5_000;

export interface RunOptions extends Pick<TrialOptions, 'seed' | 'keep' | 'progress' | 'untilMs'> {
  readonly faults: number;
}

/** Does faults of one kind, in one fresh scene after the other, and has each judged. */
export async function runFault(kind: Fault, options: RunOptions): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  let done = 0;
  for (let trial = 1; done < options.faults && performance.now() < options.untilMs; trial += 1) {
    const before = done;
    const result = await runTrial({
      name: kind.name,
      turns: turnsOf(kind, Math.min(kind.faultsPerScene ?? FAULTS_PER_SCENE, options.faults - done)),
      seed: trial === 1 ? options.seed : `${options.seed}/${trial}`,
      nodes: kind.nodes ?? 1,
      untilMs: options.untilMs,
      maxLogEntries: MAX_LOG_ENTRIES,
      maxConvergedMs: MAX_WHOLE_MS,
      reconnectImmediately: false,
      keep: options.keep,
      progress: (faults) => options.progress(before + faults),
    });
    results.push(result);
    done += result.faults;
    if (result.faults === 0) break;
  }
  return results;
}

function turnsOf(kind: Fault, faults: number): readonly FaultBatch[] {
  const { faultsPerComparison: most } = kind;
  return Array.from({ length: Math.ceil(faults / most) }, (_, turn) => ({
    kind,
    faults: Math.min(most, faults - turn * most),
  }));
}
