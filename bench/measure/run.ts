import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedTarget } from '../targets/target.ts';
import { cpuSecondsOf, machineCpuSeconds, memoryOf } from './child-process.ts';
import type { Generator, Report, StreamOptions, StreamReport } from './generator.ts';

/** One measurement of one target. */
export interface Measurement {
  /** Of the first stream. */
  readonly deliveriesPerSecond: number;
  readonly messagesPerSecond: number;
  readonly deliveryP50Us: number;
  readonly deliveryP99Us: number;
  readonly deliveryMaxUs: number;
  readonly answerP50Us: number;
  readonly answerP99Us: number;
  readonly serverCpuSeconds: number;
  /** Server CPU time for one delivery, microseconds. */
  readonly cpuPerDeliveryUs: number;
  readonly peakBytes: number;
  /** Frames per read of a client: shows how well the server batches. */
  readonly framesPerRead: number;
  /** Fraction of its core that the generator used: near 1, the generator limits the figures and not the server. */
  readonly generatorBusy: number;
  /** Deliveries per second that the generator could receive with all of its core. */
  readonly generatorCeiling: number;
  /** CPU that other processes used, in cores: above 0.1 the figures are unreliable. */
  readonly othersCpu: number;
  /** CPU seconds of the background processes, by name. */
  readonly backgroundCpu: Readonly<Record<string, number>>;
  /** The increase of each counter. */
  readonly counted: Readonly<Record<string, number>>;
  readonly streams: readonly StreamReport[];
}

export interface MeasureOptions {
  readonly streams: readonly StreamOptions[];
  /** Additional counters to read before and after. */
  readonly counters?: () => Readonly<Record<string, number>>;
  /** CPU seconds so far of other nodes, a database and so on. They do not count as other processes. */
  readonly backgroundProcesses?: () => Readonly<Record<string, number>>;
  readonly warmUpSeconds: number;
  readonly windows: number;
  readonly seconds: number;
}

/** Cores that other processes may use before a window counts as disturbed. */
export const QUIET = 0.1;

/**
 * Runs streams against a server: a warm-up, then the measured window. A window in which other processes used more than a
 * tenth of a core is repeated, up to `windows` in total; the least disturbed one is returned.
 */
export async function measure(
  { child: { pid } }: Pick<StartedTarget, 'child'>,
  generator: Generator,
  { streams, warmUpSeconds, windows, ...options }: MeasureOptions,
): Promise<Measurement> {
  for (const stream of streams) await generator.addStream(stream);
  await generator.start();
  await sleep(warmUpSeconds * 1000);
  let best = await measureWindow(pid, generator, options);
  for (let taken = 1; taken < windows && best.othersCpu > QUIET; taken += 1) {
    const next = await measureWindow(pid, generator, options);
    if (next.othersCpu < best.othersCpu) best = next;
  }
  await generator.stop();
  return best;
}

async function measureWindow(
  pid: number,
  generator: Generator,
  {
    seconds,
    counters = () => ({}),
    backgroundProcesses = () => ({}),
  }: Pick<MeasureOptions, 'seconds' | 'counters' | 'backgroundProcesses'>,
): Promise<Measurement> {
  await generator.mark();
  const before = counters();
  const backgroundBefore = backgroundProcesses();
  const stopwatch = startStopwatch(pid, generator.pid);
  await sleep(seconds * 1000);
  const report = await generator.report();
  const { serverCpu, othersCpu } = stopwatch();
  const backgroundCpu = differences(backgroundBefore, backgroundProcesses());
  const counted = differences(before, counters());
  const { errors, closed, firstError } = report;
  if (errors > 0) throw new Error(`the server answered with ${errors} errors, first: ${firstError}`);
  if (closed > 0) throw new Error(`the server closed ${closed} connections: ${firstError}`);
  const otherProcesses = Object.values(backgroundCpu).reduce((left, cpu) => left - cpu, othersCpu);
  const peakBytes = memoryOf(pid).peakBytes;
  return toMeasurement(report, {
    serverCpu,
    othersCpu: Math.max(0, otherProcesses),
    backgroundCpu,
    peakBytes,
    counted,
  });
}

/** Measures CPU seconds from now on: of the server, and of all processes except server, generator and this one. */
export function startStopwatch(server: number, generator: number): () => { serverCpu: number; othersCpu: number } {
  const read = (): [number, number] => {
    const serverCpu = cpuSecondsOf(server);
    return [serverCpu, machineCpuSeconds() - serverCpu - cpuSecondsOf(generator) - cpuSecondsOf(process.pid)];
  };
  const before = read();
  return () => {
    const after = read();
    return { serverCpu: after[0] - before[0], othersCpu: Math.max(0, after[1] - before[1]) };
  };
}

function differences(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));
}

interface ProcessCosts extends Pick<Measurement, 'peakBytes' | 'backgroundCpu' | 'counted'> {
  readonly serverCpu: number;
  readonly othersCpu: number;
}

function toMeasurement(report: Report, { serverCpu, othersCpu, ...more }: ProcessCosts): Measurement {
  const { seconds, busySeconds, streams } = report;
  const [first] = streams;
  if (first === undefined || first.deliveries === 0) throw new Error('no message was delivered');
  const deliveries = streams.reduce((sum, stream) => sum + stream.deliveries, 0);
  return {
    deliveriesPerSecond: first.deliveries / seconds,
    messagesPerSecond: first.finished / seconds,
    deliveryP50Us: first.delivery.p50Us,
    deliveryP99Us: first.delivery.p99Us,
    deliveryMaxUs: first.delivery.maxUs,
    answerP50Us: first.answer.p50Us,
    answerP99Us: first.answer.p99Us,
    serverCpuSeconds: serverCpu,
    cpuPerDeliveryUs: (serverCpu / deliveries) * 1e6,
    ...more,
    framesPerRead: report.frames / report.reads,
    generatorBusy: busySeconds / seconds,
    generatorCeiling: deliveries / busySeconds,
    othersCpu: othersCpu / seconds,
    streams,
  };
}
