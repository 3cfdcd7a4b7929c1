// `npm run fuzz -- --frames 2000000`: sends hostile frames from one seed to real server processes. `--minutes 10` ends it
// earlier, `--seed 7` repeats the frames of a run. `--core` sends them to the core of a server in this process instead:
// more frames in the same time, without sockets and disk.
import { parseArgs } from 'node:util';
import { reportOf, transcript } from '../tests/fuzz/run/report.ts';
import { runFuzz } from '../tests/fuzz/run/run-fuzz.ts';
import { runInProcess } from '../tests/fuzz/run/run-in-process.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '2000000' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    /** Share of the frames that goes to a server whose rate limits are on. */
    limited: { type: 'string', default: '0.05' },
    core: { type: 'boolean', default: false },
  },
});

const seed = Number(values.seed);
const frames = Number(values.frames);
const limited = Math.round(frames * Number(values.limited));
const untilMs = values.minutes === undefined ? Infinity : performance.now() + Number(values.minutes) * 60_000;
const progress = (count: number): void => void process.stdout.write(`\r${count} frames`);

console.log(`seed ${seed}`);
try {
  if (values.core) await fuzzCore();
  else await fuzzServers();
  console.log('0 crashes, 0 findings');
} catch (error) {
  console.error(`\n${transcript(error, seed)}`);
  process.exitCode = 1;
}

async function fuzzCore(): Promise<void> {
  console.log(`In one process: ${reportOf(await runInProcess({ seed, from: 1, frames, untilMs }))}\n`);
}

async function fuzzServers(): Promise<void> {
  const unlimited = await runFuzz({ seed, from: 1, frames: frames - limited, rateLimits: 'off', untilMs, progress });
  console.log(`\rRate limits off: ${reportOf(unlimited)}\n`);
  if (limited > 0) {
    const plan = { seed, from: frames - limited + 1, frames: limited, untilMs, progress } as const;
    console.log(`\rRate limits on: ${reportOf(await runFuzz({ ...plan, rateLimits: 'on' }))}\n`);
  }
}
