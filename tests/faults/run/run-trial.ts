import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '@parley/testkit';
import { commit } from '@parley/testkit/git-commit';
import type { Verdict } from '../checker/result.ts';
import type { Fault } from '../faults/fault.ts';
import { openHistory, type History } from '../history/history.ts';
import { Reader } from './read-final-state.ts';
import { checkerCommand, judge } from './run-checker.ts';
import { setUpTrial, type OpenTrial } from './trial-setup.ts';
import { verifyDatabase } from './verify-database.ts';
import { waitForConvergence } from './wait-for-convergence.ts';

/** Kept where a violation was found. */
const RESULTS = join(import.meta.dirname, '../../../faults/results');

/** Some faults of one kind, then everything is compared. */
export interface FaultBatch {
  readonly kind: Fault;
  readonly faults: number;
}

export interface TrialOptions {
  /** What the history is called. */
  readonly name: string;
  readonly turns: readonly FaultBatch[];
  readonly seed: string;
  readonly nodes: number;
  /** No new turn after this, by `performance.now`. */
  readonly untilMs: number;
  /** No new turn once a log has this many: six programs show each of them, in the process that is also the network. */
  readonly maxLogEntries: number;
  /** The checker's bound for G5. */
  readonly maxConvergedMs: number;
  /** Users never wait for the back-off. */
  readonly reconnectImmediately: boolean;
  /** Keeps the history though nothing was found. */
  readonly keep: boolean;
  readonly progress: (faults: number) => void;
}

export interface TrialResult {
  readonly seed: string;
  readonly faults: number;
  readonly verdict: Verdict;
  /** How to look again; null when the history was not kept. */
  readonly again: string | null;
}

/** Plays one scene from a fresh cluster to its last reading, and has its history judged. */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const { name, seed, nodes, maxConvergedMs, turns, keep } = options;
  const history = openHistory(join(RESULTS, `${name}-${seed.replaceAll('/', '-')}.jsonl`));
  history.note({ what: 'about', kind: name, seed, nodes, commit: commit(), maxConvergedMs });
  const random = new SeededRandom(`${name} ${seed}`);
  const openDisk = turns.find(({ kind }) => kind.openDisk !== undefined)?.kind.openDisk ?? null;
  let faults = 0;
  let printed = '';
  try {
    await using trial = await setUpTrial({ openDisk, nodes, history, random });
    const counting = { ...options, progress: (done: number) => options.progress((faults = done)) };
    const reader = new Reader(trial);
    await play(trial, reader, counting).catch((error: unknown) => recordAbort(history, error));
    await readAfterAll(trial, reader).catch((error: unknown) => recordAbort(history, error));
    printed = trial.cluster.nodes.map((node) => `${node.name}:\n${node.server.output()}`).join('\n');
  } finally {
    history.close();
  }
  const verdict = await judge(history.path);
  const isKept = keep || verdict.violations.length > 0;
  if (isKept) writeFileSync(`${history.path}.server.log`, printed);
  else history.remove();
  return { seed, faults, verdict, again: isKept ? checkerCommand(history.path) : null };
}

/** A scene that can not be played to its end is a violation like any other. */
function recordAbort(history: History, error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  history.measure(`the scene was played to its end, but: ${reason}`, 0, { atLeast: 1 });
}

async function play(trial: OpenTrial, reader: Reader, options: TrialOptions): Promise<void> {
  const { turns, untilMs, maxLogEntries, reconnectImmediately, progress } = options;
  const { workload, random } = trial;
  let done = 0;
  for (const { kind, faults } of turns) {
    for (let fault = 0; fault < faults; fault += 1) {
      workload.write();
      await waitForProgress(trial);
      await inject(trial, kind);
      done += 1;
      progress(done);
    }
    const sinceMs = performance.now();
    await sleep(random.between(0, 200));
    await waitForConvergence(trial, { reader, sinceMs, reconnectImmediately: reconnectImmediately || faults > 1 });
    const longest = Math.max(...(await reader.heads()).values());
    if (longest > maxLogEntries || performance.now() > untilMs) break;
  }
}

/** What was acknowledged outlives every process too. */
async function readAfterAll({ cluster, workload, history }: OpenTrial, reader: Reader): Promise<void> {
  const { nodes, shared } = cluster;
  // Programs with much to send go on when everyone else rests: nothing may be stored while all is read.
  await workload.stop();
  await Promise.all(nodes.map(({ server }) => server.kill('SIGKILL')));
  await Promise.all(nodes.map(({ server }) => server.start()));
  for (const node of nodes) await reader.readAll(node);
  if (shared !== null) await verifyDatabase(shared, history);
}

/** A fault shows nothing when nobody could write since the one before. */
async function waitForProgress({ workload }: OpenTrial): Promise<void> {
  const before = workload.acked();
  const deadlineMs = performance.now() + 5_000;
  while (workload.acked() === before && performance.now() < deadlineMs) await sleep(5);
}

async function inject(trial: OpenTrial, kind: Fault): Promise<void> {
  const note = (phase: 'begins' | 'ends', detail: string): void =>
    trial.history.note({ what: 'fault', kind: kind.name, phase, detail, atMs: Math.round(performance.now()) });
  note('begins', '');
  note('ends', await kind.inject(trial, trial.disk));
}
