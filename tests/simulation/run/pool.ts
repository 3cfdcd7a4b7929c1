import { Worker } from 'node:worker_threads';
import type { Violation } from '../invariants/guarantees.ts';
import type { Plan } from './plan.ts';

export interface PoolOptions {
  readonly firstSeed: number;
  /** How many seeds at most. */
  readonly seeds: number;
  /** When to stop, milliseconds since the epoch; never by default. */
  readonly untilMs?: number;
  /** Aborted, it ends after the worlds that have begun. */
  readonly signal?: AbortSignal;
  readonly workers: number;
  /** After so many the rest is left alone. */
  readonly maxFailures?: number;
  /** Makes failing plans small, which takes seconds. Default true. */
  readonly shrinks?: boolean;
  readonly progress?: (seeds: number) => void;
}

export interface PoolResult {
  readonly seeds: number;
  readonly failures: readonly Failure[];
  /** What happened in all of them together. */
  readonly counts: ReadonlyMap<string, number>;
}

/** A seed that broke a law, with its plan as small as could be found. */
export interface Failure {
  readonly seed: number;
  readonly plan: Plan;
  readonly violation: Violation;
  readonly history: readonly string[];
}

export interface WorkerTask {
  /** The next seed, and how many have failed. */
  readonly shared: Int32Array;
  readonly lastSeed: number;
  readonly untilMs: number;
  readonly maxFailures: number;
  readonly shrinks: boolean;
}

export type FromWorker =
  | { readonly kind: 'progress'; readonly seeds: number; readonly counts: ReadonlyMap<string, number> }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Runs seeds one after the other on several threads. Which thread has which changes nothing. */
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
