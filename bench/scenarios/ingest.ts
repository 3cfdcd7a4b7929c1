import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { WORK } from '../measure/build.ts';
import { type Core, CORES, startChild } from '../measure/child-process.ts';
import { measure, type Measurement } from '../measure/run.ts';
import type { Figures } from '../measure/summary.ts';
import { createSyncCounter } from '../measure/sync-counter.ts';
import { parley } from '../targets/parley.ts';
import type { Workload } from '../targets/target.ts';
import { connectAll, sendersOf } from './channels.ts';
import { interleave, pick, toCase, type Case, type Context, type Scenario } from './scenario.ts';

const SENDERS = 64;
const PACE = 2_000;
/**
 * At this rate a checkpoint runs four times a second and a collection of the old generation every few seconds: the window
 * must be long enough for their share to be representative.
 */
const PACED_WINDOWS = 5;
/** `each`: messages in flight per sender, each until its `ok`. */
const LOADS = [
  { name: '1 sender, 1 in flight', senders: 1, each: 1 },
  { name: '64 senders, 1 in flight each', senders: SENDERS, each: 1 },
  { name: '64 senders, 32 in flight each', senders: SENDERS, each: 32 },
] as const;
const PACED = '64 senders, 2,000 messages/s together';
const BOTH = 'Parley, on both cores';
/** The most messages that Parley puts into one transaction. */
const MAX_BATCH = 2_000;

export const ingest: Scenario = {
  name: 'ingest',
  title: 'Durable ingest',
  about:
    'Each sender posts 200-byte messages in a channel of its own; a message counts when its `ok` arrives, which Parley ' +
    'sends after the fsync. The floors are loops that insert as many messages per transaction as are in flight, with the ' +
    'same settings of SQLite and no network, no checks, no other thread: one stores a row a message in one table, the other ' +
    'the rows and indexes that Parley has to store, so that ids stay unique and a channel can be read in order. ' +
    'Parley runs on one core, as they do, or on both: its database has a thread of its own. The fixed rate is measured ' +
    `${PACED_WINDOWS} times as long.`,
  async run(context: Context): Promise<Case[]> {
    const samples = await interleave<ReadonlyMap<string, Figures>>(context, [
      { name: 'Parley', measure: () => measureParley(context, CORES.server) },
      { name: BOTH, measure: () => measureParley(context, CORES.both) },
      { name: 'insert loop, Parley’s rows', measure: () => measureFloor(context, 'parley') },
      { name: 'insert loop, one row', measure: () => measureFloor(context, 'log') },
    ]);
    const cases = LOADS.map(({ name }) => {
      return toCase(
        { name, primary: 'messagesPerSecond' },
        pick(samples, (sample) => sample.get(name) ?? {}),
      );
    });
    const ours = new Map(['Parley', BOTH].map((name) => [name, samples.get(name) ?? []]));
    const paced = pick(ours, (sample) => sample.get(PACED) ?? {});
    return [...cases, toCase({ name: PACED, primary: 'answerP99Us' }, paced)];
  },
};

const fixture: Workload = {
  people: SENDERS,
  rooms: Array.from({ length: SENDERS }, (_, person) => ({ people: [person] })),
};

async function measureParley(context: Context, core: Core): Promise<Map<string, Figures>> {
  const syncs = createSyncCounter(context.programs);
  const start = () => parley.start(fixture, { env: syncs.env, core });
  await using connected = await connectAll(context, { start }, fixture);
  const { started, generator } = connected;
  const posts = Array.from({ length: SENDERS }, (_, person) => ({ person, room: person }));
  const figures = new Map<string, Figures>();
  const loads = [
    ...LOADS.map((load) => ({ ...load, perSecond: 0, seconds: context.seconds })),
    { name: PACED, senders: SENDERS, each: 32, perSecond: PACE, seconds: context.seconds * PACED_WINDOWS },
  ];
  for (const { name, senders, each, perSecond, seconds } of loads) {
    const stream = {
      inFlight: senders * each,
      perSecond,
      done: 'acknowledged',
      senders: sendersOf(started, fixture, posts.slice(0, senders)),
    } as const;
    const options = { ...context, seconds, streams: [stream], counters: () => syncs.read() };
    const measured = await measure(started, generator, options);
    figures.set(name, ingestFigures(measured));
  }
  return figures;
}

async function measureFloor({ programs, seconds }: Context, rows: 'parley' | 'log'): Promise<Map<string, Figures>> {
  const figures = new Map<string, Figures>();
  for (const { name, senders, each } of LOADS) {
    const syncs = createSyncCounter(programs);
    const env = {
      ...syncs.env,
      FOLDER: mkdtempSync(join(WORK, 'floor-')),
      BATCH: String(Math.min(MAX_BATCH, senders * each)),
      SECONDS: String(seconds),
      ROWS: rows,
    };
    const script = join(import.meta.dirname, '../targets/insert-loop.ts');
    await using child = startChild({ command: process.execPath, args: [script], env, core: CORES.server });
    await child.nextLine();
    const before = syncs.read();
    child.input.write('go\n');
    const report = JSON.parse(await child.nextLine()) as LoopReport;
    const after = syncs.read();
    const calls = after.syncs - before.syncs;
    figures.set(name, {
      messagesPerSecond: report.rows / report.seconds,
      answerP50Us: report.p50Us,
      answerP99Us: report.p99Us,
      cpuPerMessageUs: (report.cpuSeconds / report.rows) * 1e6,
      messagesPerSync: report.rows / calls,
      syncUs: ((after.syncSeconds - before.syncSeconds) / calls) * 1e6,
    });
  }
  return figures;
}

interface LoopReport {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

function ingestFigures(measured: Measurement): Figures {
  const { messagesPerSecond, answerP50Us, answerP99Us, serverCpuSeconds, generatorBusy, othersCpu, counted } = measured;
  const messages = measured.streams[0]?.finished ?? 0;
  const { syncs = 0, syncSeconds = 0 } = counted;
  return {
    messagesPerSecond,
    answerP50Us,
    answerP99Us,
    cpuPerMessageUs: (serverCpuSeconds / messages) * 1e6,
    messagesPerSync: messages / syncs,
    syncUs: (syncSeconds / syncs) * 1e6,
    generatorBusy,
    othersCpu,
  };
}
