import { Finding } from './findings.ts';
import { growthPerMillion, type Sample } from './health.ts';
import type { FuzzRun } from './run-fuzz.ts';

/** A summary of a run. */
export function reportOf({ frames, seconds, tally, samples }: FuzzRun): string {
  return [
    `${frames} frames in ${seconds.toFixed(1)} s, ${Math.round(frames / seconds)} a second`,
    ...(samples.length < 2 ? [] : linesOfServer(samples)),
    ...tally.entries().map(([what, count]) => `${String(count).padStart(10)}  ${what}`),
  ].join('\n');
}

function linesOfServer(samples: readonly Sample[]): string[] {
  const [first, last] = [samples[0], samples.at(-1)];
  const cpuSeconds = (last?.cpuSeconds ?? 0) - (first?.cpuSeconds ?? 0);
  const perFrame = (cpuSeconds / ((last?.frames ?? 0) - (first?.frames ?? 0))) * 1e6;
  return [
    `CPU time of the server: ${cpuSeconds.toFixed(1)} s, ${perFrame.toFixed(0)} µs a frame`,
    memoryLine('residentMiB', samples),
    memoryLine('heapMiB', samples),
  ];
}

function memoryLine(of: 'residentMiB' | 'heapMiB', samples: readonly Sample[]): string {
  const growth = growthPerMillion(samples, (sample) => sample[of]);
  const tenths = Array.from({ length: 11 }, (_, tenth) => samples[Math.floor((tenth / 10) * (samples.length - 1))]);
  const slope = growth === null ? '' : `; in the second half ${growth.toFixed(1)} per million frames`;
  return `${of} at each tenth: ${tenths.map((sample) => sample?.[of].toFixed(0)).join(' ')}${slope}`;
}

/** The error, and the frames that reproduce it. */
export function transcript(error: unknown, seed: number): string {
  if (!(error instanceof Finding)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const frames = error.frames.map(({ number, kind, text }) => `  ${number} (${kind}): ${text.slice(0, 2_000)}`);
  return [`seed ${seed}: ${error.message}`, ...frames].join('\n');
}
