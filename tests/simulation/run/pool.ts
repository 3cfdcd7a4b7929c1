import { Worker } from 'node:worker_threads';
import type { Violation } from '../invariants/guarantees.ts';
import type { Plan } from './plan.ts';

export interface PoolOptions {
  readonly firstSeed: number;
  /** Maximum number of seeds. */
  readonly seeds: number;
  /** End of the run, in milliseconds since the epoch. Default never. */
  readonly untilMs?: number;
  /** On abort, the run ends after the simulations in progress. */
  readonly signal?: AbortSignal;
  readonly workers: number;
  /** The run ends after this many failures. */
  readonly maxFailures?: number;
  /** Shrinks failing plans, which takes seconds. Default true. */
  readonly shrinks?: boolean;
  readonly progress?: (seeds: number) => void;
}

export interface PoolResult {
  readonly seeds: number;
  readonly failures: readonly Failure[];
  /** Event counts of all runs together. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A seed that broke a guarantee, with the smallest failing plan found. */
export interface Failure {
  readonly seed: number;
  readonly plan: Plan;
  readonly violation: Violation;
  readonly history: readonly string[];
}

export interface WorkerTask {
  /** The next seed and the number of failures. */
  readonly shared: Int32Array;
  readonly lastSeed: number;
  readonly untilMs: number;
  readonly maxFailures: number;
  readonly shrinks: boolean;
}

export type FromWorker =
  | { readonly kind: 'progress'; readonly seeds: number; readonly counts: ReadonlyMap<string, number> }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Runs seeds on several threads. The result does not depend on which thread runs which seed. */
export async function runPool(options: PoolOptions): Promise<PoolResult> {
  const { firstSeed, seeds, untilMs = Number.POSITIVE_INFINITY, workers, progress } = options;
  const { maxFailures = 3, shrinks = true } = options;
  const shared = new Int32Array(new SharedArrayBuffer(8));
  shared[0] = firstSeed;
  options.signal?.addEventListener('abort', () => Atomics.store(shared, 0, firstSeed + seeds));
  const task: WorkerTask = { shared, lastSeed: firstSeed + seeds - 1, untilMs, maxFailures, shrinks };
  let done = 0;
  const failures: Failure[] = [];
  const counts = new Map<string, number>();
  const onMessage = (message: FromWorker): void => {
    if (message.kind === 'failure') {
      failures.push(message.failure);
      return;
    }
    done += message.seeds;
    for (const [what, count] of message.counts) counts.set(what, (counts.get(what) ?? 0) + count);
    progress?.(done);
  };
  await Promise.all(Array.from({ length: workers }, () => runWorker(task, onMessage)));
  return { seeds: done, failures, counts };
}

function runWorker(task: WorkerTask, onMessage: (message: FromWorker) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
    worker.on('message', onMessage);
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
  });
}
