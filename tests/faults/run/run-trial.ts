import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '@parley/testkit';
import { commit } from '@parley/testkit/git-commit';
import type { CheckResult } from '../checker/result.ts';
import type { Fault } from '../faults/fault.ts';
import { openHistory, type History } from '../history/history.ts';
import { Reader } from './read-final-state.ts';
import { checkerCommand, runChecker } from './run-checker.ts';
import { setUpTrial, type OpenTrial } from './trial-setup.ts';
import { verifyDatabase } from './verify-database.ts';
import { waitForConvergence } from './wait-for-convergence.ts';

/** Histories with a violation are kept here. */
const RESULTS = join(import.meta.dirname, '../results');

/** Repetitions of one fault, followed by a comparison of everything. */
export interface FaultBatch {
  readonly fault: Fault;
  readonly count: number;
}

export interface TrialOptions {
  /** Name of the history file. */
  readonly name: string;
  readonly batches: readonly FaultBatch[];
  readonly seed: string;
  readonly nodes: number;
  /** No batch starts after this time of `performance.now`. */
  readonly untilMs: number;
  /**
   * No batch starts once a log is this long: six SDK clients show each entry, in the process that is also the network.
   */
  readonly maxLogEntries: number;
  /** The checker's bound for G5. */
  readonly maxConvergedMs: number;
  /** Users press *Try now* instead of waiting for the backoff. */
  readonly reconnectImmediately: boolean;
  /** Keeps the history even without a violation. */
  readonly keep: boolean;
  readonly progress: (faults: number) => void;
}

export interface TrialResult {
  readonly seed: string;
  readonly faults: number;
  readonly checkResult: CheckResult;
  /** Checks the history again. Null when the history was not kept. */
  readonly checkerCommand: string | null;
}

/** Runs one trial, from a fresh cluster to the final reads, and checks its history. */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const { name, seed, nodes, maxConvergedMs, batches, keep } = options;
  const history = openHistory(join(RESULTS, `${name}-${seed.replaceAll('/', '-')}.jsonl`));
  history.note({ what: 'header', kind: name, seed, nodes, commit: commit(), maxConvergedMs });
  const random = new SeededRandom(`${name} ${seed}`);
  const openDisk = batches.find(({ fault }) => fault.openDisk !== undefined)?.fault.openDisk ?? null;
  let faults = 0;
  let printed = '';
  try {
    await using trial = await setUpTrial({ openDisk, nodes, history, random });
    const counting = { ...options, progress: (done: number) => options.progress((faults = done)) };
    const reader = new Reader(trial);
    await injectBatches(trial, reader, counting).catch((error: unknown) => recordAbort(history, error));
    await readAfterAll(trial, reader).catch((error: unknown) => recordAbort(history, error));
    printed = trial.cluster.nodes.map((node) => `${node.name}:\n${node.server.output()}`).join('\n');
  } finally {
    history.close();
  }
  const checkResult = await runChecker(history.path);
  const isKept = keep || checkResult.violations.length > 0;
  if (isKept) writeFileSync(`${history.path}.server.log`, printed);
  else history.remove();
  return { seed, faults, checkResult, checkerCommand: isKept ? checkerCommand(history.path) : null };
}

/** A trial that can't finish counts as a violation. */
function recordAbort(history: History, error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  history.measure(`the trial finished, but: ${reason}`, 0, { atLeast: 1 });
}

async function injectBatches(trial: OpenTrial, reader: Reader, options: TrialOptions): Promise<void> {
  const { batches, untilMs, maxLogEntries, reconnectImmediately, progress } = options;
  const { workload, random } = trial;
  let done = 0;
  for (const { fault, count } of batches) {
    for (let index = 0; index < count; index += 1) {
      workload.write();
      await waitForProgress(trial);
      await inject(trial, fault);
      done += 1;
      progress(done);
    }
    const sinceMs = performance.now();
    await sleep(random.between(0, 200));
    await waitForConvergence(trial, { reader, sinceMs, reconnectImmediately: reconnectImmediately || count > 1 });
    const longest = Math.max(...(await reader.heads()).values());
    if (longest > maxLogEntries || performance.now() > untilMs) break;
  }
}

/** Kills and restarts all nodes, then reads everything: acknowledged messages must survive every process. */
async function readAfterAll({ cluster, workload, history }: OpenTrial, reader: Reader): Promise<void> {
  const { nodes, databaseUrl } = cluster;
  // SDK clients with many pending messages keep sending after `pause`. Nothing may be stored during the final reads.
  await workload.stop();
  await Promise.all(nodes.map(({ server }) => server.kill('SIGKILL')));
  await Promise.all(nodes.map(({ server }) => server.start()));
  for (const node of nodes) await reader.readAll(node);
  if (databaseUrl !== null) await verifyDatabase(databaseUrl, history);
}

/** Waits until a message was acknowledged: a fault without writes since the previous one tests nothing. */
async function waitForProgress({ workload }: OpenTrial): Promise<void> {
  const before = workload.acked();
  const deadlineMs = performance.now() + 5_000;
  while (workload.acked() === before && performance.now() < deadlineMs) await sleep(5);
}

async function inject(trial: OpenTrial, fault: Fault): Promise<void> {
  const note = (phase: 'begins' | 'ends', detail: string): void =>
    trial.history.note({ what: 'fault', kind: fault.name, phase, detail, atMs: Math.round(performance.now()) });
  note('begins', '');
  note('ends', await fault.inject(trial, trial.disk));
}
