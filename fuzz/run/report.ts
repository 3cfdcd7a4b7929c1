import { Finding } from './findings.ts';
import { growthPerMillion, type Sample } from './health.ts';
import type { FuzzRun } from './run-fuzz.ts';

/** What a run did, for people. */
export function reportOf({ frames, seconds, tally, samples }: FuzzRun): string {
  const cpuSeconds = (samples.at(-1)?.cpuSeconds ?? 0) - (samples[0]?.cpuSeconds ?? 0);
  return [
    `${frames} frames in ${seconds.toFixed(1)} s, ${Math.round(frames / seconds)} a second`,
    `processor of the server: ${cpuSeconds.toFixed(1)} s, ${Math.round((cpuSeconds / frames) * 1e6)} µs a frame`,
    memoryLine('residentMiB', samples),
    memoryLine('heapMiB', samples),
    ...tally.entries().map(([what, count]) => `${String(count).padStart(10)}  ${what}`),
  ].join('\n');
}

function memoryLine(of: 'residentMiB' | 'heapMiB', samples: readonly Sample[]): string {
  const growth = growthPerMillion(samples, (sample) => sample[of]);
  const half = samples[Math.floor(samples.length / 2)];
  const range = `${half?.[of].toFixed(0)} MiB at half time, ${samples.at(-1)?.[of].toFixed(0)} at the end`;
  return `${of}: ${range}, ${growth === null ? 'too few samples for a slope' : `${growth.toFixed(1)} per million frames`}`;
}

/** What went wrong, and how to see it again. */
export function storyOf(error: unknown, seed: number): string {
  if (!(error instanceof Finding)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const frames = error.frames.map(({ number, kind, text }) => `  ${number} (${kind}): ${text.slice(0, 2_000)}`);
  return [`seed ${seed}: ${error.message}`, ...frames].join('\n');
}
