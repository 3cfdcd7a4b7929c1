import { expect, test } from 'vitest';
import { makeFrame } from './frames/generate-frame.ts';
import { reportOf, transcript } from './run/report.ts';
import { runFuzz, type FuzzPlan, type FuzzRun } from './run/run-fuzz.ts';
import { runInProcess } from './run/run-in-process.ts';

/** `npm run fuzz` takes any seed, and millions of frames. */
const SEED = 1;
const FRAMES = 52_000;
const LIMITED_FRAMES = 8_000;
const CORE_FRAMES = 30_000;
const TIMEOUT_MS = 300_000;

async function runOf(plan: Omit<FuzzPlan, 'seed'>): Promise<FuzzRun> {
  try {
    return await runFuzz({ seed: SEED, ...plan });
  } catch (error) {
    throw new Error(transcript(error, SEED), { cause: error });
  }
}

/** What must have happened for a run to prove anything. */
function expectAll({ tally }: FuzzRun, whats: readonly string[]): void {
  expect(whats.filter((what) => tally.of(what) === 0)).toEqual([]);
}

const KINDS = ['valid', 'nearly valid', 'alien', 'damaged', 'truncated', 'no object', 'large'];
const HEARD = [
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
  '[FR3] [LG4] hostile frames are each answered as the protocol says, and nobody else notices',
  { timeout: TIMEOUT_MS },
  async () => {
    const run = await runOf({ from: 1, frames: FRAMES, rateLimits: 'off' });
    expect(run.frames).toBe(FRAMES);
    expectAll(run, [
      ...KINDS.map((kind) => `frames ${kind}`),
      ...HEARD.map((type) => `heard ${type}`),
      ...CODES.map((code) => `heard error ${code}`),
      'mangled: closed 1002',
      'mangled: closed 1007',
      'mangled: HTTP 101',
      'mangled: HTTP 400',
      'answers to mangled frames',
      'steps of the witness',
    ]);
  },
);

test(
  '[LM5] [LM6] with the limits on, what is too much is refused or closed, and nothing else happens',
  { timeout: TIMEOUT_MS },
  async () => {
    const run = await runOf({ from: FRAMES + 1, frames: LIMITED_FRAMES, rateLimits: 'on', pairs: 1 });
    expect(run.frames, reportOf(run)).toBe(LIMITED_FRAMES);
    expectAll(run, ['heard error rate_limited', 'heard ok', 'closed 4103']);
  },
);

test('[FR3] more of them find nothing in the core of a server either', { timeout: TIMEOUT_MS }, async () => {
  const run = await runInProcess({ seed: SEED, from: 1_000_001, frames: CORE_FRAMES }).catch((error: unknown) => {
    throw new Error(transcript(error, SEED), { cause: error });
  });
  expect(run.frames).toBe(CORE_FRAMES);
  expectAll(
    run,
    [...HEARD, ...CODES.map((code) => `error ${code}`)].map((what) => `heard ${what}`),
  );
});

test('a seed and a number are one frame', () => {
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
