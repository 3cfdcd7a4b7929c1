import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '@parley/testkit';
import { commit } from '@parley/testkit/git-commit';
import type { Verdict } from '../checker/result.ts';
import type { FaultKind } from '../faults/fault.ts';
import { openHistory, type History } from '../history/history.ts';
import { Reader } from './read-final-state.ts';
import { checkerCommand, judge } from './run-checker.ts';
import { openScene, type OpenScene } from './trial-setup.ts';
import { verifyDatabase } from './verify-database.ts';
import { comeToRest } from './wait-for-convergence.ts';

/** Kept where a violation was found. */
const RESULTS = join(import.meta.dirname, '../../../faults/results');

/** Some faults of one kind, then everything is compared. */
export interface Turn {
  readonly kind: FaultKind;
  readonly faults: number;
}

export interface SceneOptions {
  /** What the history is called. */
  readonly name: string;
  readonly turns: readonly Turn[];
  readonly seed: string;
  readonly nodes: number;
  /** No new turn after this, by `performance.now`. */
  readonly untilMs: number;
  /** No new turn once a log has this many: six programs show each of them, in the process that is also the network. */
  readonly maxLogEntries: number;
  /** The checker's bound for G5. */
  readonly maxWholeMs: number;
  /** Users never wait for the back-off. */
  readonly areImpatient: boolean;
  /** Keeps the history though nothing was found. */
  readonly keep: boolean;
  readonly progress: (faults: number) => void;
}

export interface SceneResult {
  readonly seed: string;
  readonly faults: number;
  readonly verdict: Verdict;
  /** How to look again; null when the history was not kept. */
  readonly again: string | null;
}

/** Plays one scene from a fresh cluster to its last reading, and has its history judged. */
export async function runScene(options: SceneOptions): Promise<SceneResult> {
  const { name, seed, nodes, maxWholeMs, turns, keep } = options;
  const history = openHistory(join(RESULTS, `${name}-${seed.replaceAll('/', '-')}.jsonl`));
  history.note({ what: 'about', kind: name, seed, nodes, commit: commit(), maxWholeMs });
  const dice = new SeededRandom(`${name} ${seed}`);
  const openDisk = turns.find(({ kind }) => kind.openDisk !== undefined)?.kind.openDisk ?? null;
  let faults = 0;
  let printed = '';
  try {
    await using scene = await openScene({ openDisk, nodes, history, dice });
    const counting = { ...options, progress: (done: number) => options.progress((faults = done)) };
    const reader = new Reader(scene);
    await play(scene, reader, counting).catch((error: unknown) => breakOff(history, error));
    await readAfterAll(scene, reader).catch((error: unknown) => breakOff(history, error));
    printed = scene.cluster.nodes.map((node) => `${node.name}:\n${node.server.output()}`).join('\n');
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
function breakOff(history: History, error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  history.measure(`the scene was played to its end, but: ${reason}`, 0, { atLeast: 1 });
}

async function play(scene: OpenScene, reader: Reader, options: SceneOptions): Promise<void> {
  const { turns, untilMs, maxLogEntries, areImpatient, progress } = options;
  const { load, dice } = scene;
  let done = 0;
  for (const { kind, faults } of turns) {
    for (let fault = 0; fault < faults; fault += 1) {
      load.write();
      await someAreStored(scene);
      await strike(scene, kind);
      done += 1;
      progress(done);
    }
    const sinceMs = performance.now();
    await sleep(dice.between(0, 200));
    await comeToRest(scene, { reader, sinceMs, areImpatient: areImpatient || faults > 1 });
    const longest = Math.max(...(await reader.heads()).values());
    if (longest > maxLogEntries || performance.now() > untilMs) break;
  }
}

/** What was acknowledged outlives every process too. */
async function readAfterAll({ cluster, load, history }: OpenScene, reader: Reader): Promise<void> {
  const { nodes, shared } = cluster;
  // Programs with much to send go on when everyone else rests: nothing may be stored while all is read.
  await load.stop();
  await Promise.all(nodes.map(({ server }) => server.kill('SIGKILL')));
  await Promise.all(nodes.map(({ server }) => server.start()));
  for (const node of nodes) await reader.readAll(node);
  if (shared !== null) await verifyDatabase(shared, history);
}

/** A fault shows nothing when nobody could write since the one before. */
async function someAreStored({ load }: OpenScene): Promise<void> {
  const before = load.acked();
  const deadlineMs = performance.now() + 5_000;
  while (load.acked() === before && performance.now() < deadlineMs) await sleep(5);
}

async function strike(scene: OpenScene, kind: FaultKind): Promise<void> {
  const note = (phase: 'begins' | 'ends', detail: string): void =>
    scene.history.note({ what: 'fault', kind: kind.name, phase, detail, atMs: Math.round(performance.now()) });
  note('begins', '');
  note('ends', await kind.strike(scene, scene.disk));
}
