import type { ServerProcess } from '@parley/testkit/server-process';
import { Finding } from './findings.ts';

export interface Sample {
  /** Frames sent before the sample. */
  readonly frames: number;
  readonly residentMiB: number;
  readonly heapMiB: number;
  /** CPU time of the process so far. */
  readonly cpuSeconds: number;
}

const MIB = 2 ** 20;
const LEVEL_ERROR = 50;

/** Reads the metrics of the server. Throws a `Finding` when it does not answer. */
export async function sampleOf(server: ServerProcess, frames: number): Promise<Sample> {
  const text = await get(server, '/metrics');
  const number = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    frames,
    residentMiB: number('process_resident_memory_bytes') / MIB,
    heapMiB: number('nodejs_heap_size_used_bytes') / MIB,
    cpuSeconds: number('process_cpu_seconds_total'),
  };
}

/** Throws a `Finding` unless the server is healthy and has logged no error. */
export async function checkHealth(server: ServerProcess): Promise<void> {
  await get(server, '/healthz');
  const errors = server.output().split('\n').filter(isError);
  if (errors.length === 0) return;
  throw new Finding(`the server logged ${errors.length} errors:\n${errors.slice(0, 5).join('\n')}`);
}

async function get(server: ServerProcess, path: string): Promise<string> {
  const response = await fetch(`${server.url}${path}`).catch((error: unknown) => {
    throw new Finding(`the server does not answer ${path}: ${String(error)}\n${server.output().slice(-4_000)}`);
  });
  if (response.status !== 200) throw new Finding(`${path} was answered ${response.status}`);
  return response.text();
}

/** All output but the first two sentences is JSON; any other line comes from an uncaught exception. */
function isError(line: string): boolean {
  if (line === '' || line.startsWith('Parley is at ') || line.startsWith('Nobody is here yet')) return false;
  try {
    return (JSON.parse(line) as { readonly level: number }).level >= LEVEL_ERROR;
  } catch {
    return true;
  }
}

/** The slope, in MiB per million frames, of a line through the second half of the samples; null with too few samples. */
export function growthPerMillion(samples: readonly Sample[], of: (sample: Sample) => number): number | null {
  const late = samples.slice(Math.floor(samples.length / 2));
  if (late.length < 5) return null;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [late.map(({ frames }) => frames / 1e6), late.map(of)];
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, at) => (value - meanX) * ((y[at] ?? 0) - meanY)));
  const variance = mean(x.map((value) => (value - meanX) ** 2));
  return variance === 0 ? null : covariance / variance;
}
