import { expect, test } from 'vitest';
import { makeFrame } from './frames/generate-frame.ts';
import { reportOf, transcript } from './run/report.ts';
import { runFuzz, type FuzzPlan, type FuzzRun } from './run/run-fuzz.ts';
import { runInProcess } from './run/run-in-process.ts';

/** `npm run fuzz` takes any seed and millions of frames. */
const SEED = 1;
const FRAMES = 52_000;
const LIMITED_FRAMES = 8_000;
const CORE_FRAMES = 30_000;
const TIMEOUT_MS = 300_000;

async function runOrExplain(plan: Omit<FuzzPlan, 'seed'>): Promise<FuzzRun> {
  try {
    return await runFuzz({ seed: SEED, ...plan });
  } catch (error) {
    throw new Error(transcript(error, SEED), { cause: error });
  }
}

/** Checks that everything happened in a run that it is meant to test. */
function expectAll({ tally }: FuzzRun, names: readonly string[]): void {
  expect(names.filter((name) => tally.of(name) === 0)).toEqual([]);
}

const KINDS = ['valid', 'nearly valid', 'unknown field', 'corrupt', 'truncated', 'not an object', 'large'];
const RECEIVED = [
  'ok',
  'pong',
  'events',
  'reset',
  'messages',
  'message',
  'edited',
  'deleted',
  'reacted',
  'typing',
  'channel',
];
const CODES = ['bad_request', 'too_large', 'not_found', 'forbidden', 'conflict'];

test(
  '[FR3] [LG4] every hostile frame is answered as the protocol requires, and bystanders are unaffected',
  { timeout: TIMEOUT_MS },
  async () => {
    const run = await runOrExplain({ from: 1, frames: FRAMES, rateLimits: 'off' });
    expect(run.frames).toBe(FRAMES);
    expectAll(run, [
      ...KINDS.map((kind) => `frames ${kind}`),
      ...RECEIVED.map((type) => `received ${type}`),
      ...CODES.map((code) => `received error ${code}`),
      'malformed: closed 1002',
      'malformed: closed 1007',
      'malformed: HTTP 101',
      'malformed: HTTP 400',
      'malformed: replies',
      'steps of the bystander',
    ]);
  },
);

test(
  '[LM5] [LM6] with rate limits, excess hostile frames are refused or close the connection, and nothing else fails',
  { timeout: TIMEOUT_MS },
  async () => {
    const run = await runOrExplain({ from: FRAMES + 1, frames: LIMITED_FRAMES, rateLimits: 'on', pairs: 1 });
    expect(run.frames, reportOf(run)).toBe(LIMITED_FRAMES);
    expectAll(run, ['received error rate_limited', 'received ok', 'closed 4103']);
  },
);

test(
  '[FR3] every hostile frame to an in-process core is answered as the protocol requires',
  { timeout: TIMEOUT_MS },
  async () => {
    const run = await runInProcess({ seed: SEED, from: 1_000_001, frames: CORE_FRAMES }).catch((error: unknown) => {
      throw new Error(transcript(error, SEED), { cause: error });
    });
    expect(run.frames).toBe(CORE_FRAMES);
    expectAll(
      run,
      [...RECEIVED, ...CODES.map((code) => `error ${code}`)].map((type) => `received ${type}`),
    );
  },
);

test('a seed and a number always make the same frame', () => {
  const known = {
    own: ['c_a'],
    foreign: ['c_b'],
    users: ['u_a'],
    untouchable: ['u_b'],
    messages: [],
    foreignMessages: [],
  };
  for (let number = 1; number <= 2_000; number += 1) {
    expect(makeFrame({ seed: 7, known }, number)).toEqual(makeFrame({ seed: 7, known }, number));
  }
});
