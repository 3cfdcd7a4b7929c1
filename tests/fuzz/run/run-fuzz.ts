import { setTimeout as sleep } from 'node:timers/promises';
import { shrink } from '@parley/testkit';
import { openConnection } from '../wire/connection.ts';
import { Attacker } from './attacker.ts';
import { Bystander } from './bystander.ts';
import { Finding, Tally } from './findings.ts';
import { createFixtures, type Fixtures, type FixtureOptions } from './fixtures.ts';
import { checkHealth, sampleOf, type Sample } from './health.ts';
import { probeMalformed } from './malformed-connection.ts';

export interface FuzzPlan {
  readonly seed: number;
  /** The number of the first frame. */
  readonly from: number;
  readonly frames: number;
  readonly rateLimits: FixtureOptions['rateLimits'];
  /** Pairs of attackers. Default 4. */
  readonly pairs?: number;
  /** No frame is sent after this, by `performance.now()`. Default: no limit. */
  readonly untilMs?: number;
  readonly progress?: (frames: number) => void;
}

export interface FuzzRun {
  /** Frames sent by the attackers, without those of malformed connections. */
  readonly frames: number;
  readonly seconds: number;
  readonly tally: Tally;
  readonly samples: readonly Sample[];
}

const PAIRS = 4;
const FRAMES_PER_PROBE = 250;
const MAX_CONCURRENT_PROBES = 8;
const BYSTANDER_STEP_MS = 25;
const SAMPLE_INTERVAL_MS = 2_000;

/** Starts a server, attacks it, and checks everything. Rejects with a `Finding`. */
export async function runFuzz(plan: FuzzPlan): Promise<FuzzRun> {
  await using fixtures = await createFixtures({ pairs: PAIRS, ...plan });
  const tally = new Tally();
  const bystander = await Bystander.open(fixtures, tally);
  const counter = new FrameCounter(plan);
  const startedMs = performance.now();
  const samples: Sample[] = [];
  let isOver = false;
  const until = (everyMs: number, task: () => Promise<unknown>) => repeat(everyMs, task, () => isOver);
  const { server } = fixtures.fixture;
  const background = [
    until(BYSTANDER_STEP_MS, () => bystander.step()),
    until(SAMPLE_INTERVAL_MS, async () => samples.push(await sampleOf(server, counter.sent))),
    until(SAMPLE_INTERVAL_MS, async () => plan.progress?.(counter.sent)),
    probeRepeatedly({ fixtures, plan, tally, counter }, () => isOver),
  ];
  const over = Promise.all(
    fixtures.attackers.map((_, at) => attackerOf({ fixtures, plan, tally, counter }, at).run()),
  ).finally(() => (isOver = true));
  await Promise.all([over, ...background]).catch(async (error: unknown) => {
    isOver = true;
    await Promise.allSettled([over, ...background]);
    await checkHealth(server).catch((unhealthy: unknown) => {
      const frames = error instanceof Finding ? error.frames : [];
      throw new Finding(`${String(error)}, and then: ${String(unhealthy)}`, frames);
    });
    throw error instanceof Finding ? await withShortestFrame(error, { fixtures, plan }) : error;
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  await bystander.finish();
  await checkHealth(server);
  return { frames: counter.sent, seconds, tally, samples };
}

interface Run {
  readonly fixtures: Fixtures;
  readonly plan: FuzzPlan;
  readonly tally: Tally;
  readonly counter: FrameCounter;
}

function attackerOf({ fixtures, plan, tally, counter }: Run, at: number): Attacker {
  const attacker = fixtures.attackers[at];
  if (attacker === undefined) throw new Error('no such attacker');
  const { token } = attacker.user;
  const { port } = fixtures.fixture.server;
  return new Attacker({
    source: { seed: plan.seed, known: attacker.known },
    secret: fixtures.secret,
    tally,
    open: (clientId, handlers) => openConnection({ port, token, clientId }, handlers),
    next: counter.numbersFor(at, fixtures.attackers.length),
    isLimited: plan.rateLimits === 'on',
  });
}

/** Opens malformed connections, in proportion to the frames sent. */
async function probeRepeatedly({ fixtures, plan, tally, counter }: Run, isOver: () => boolean): Promise<void> {
  const { port } = fixtures.fixture.server;
  let started = 0;
  const worker = async (at: number): Promise<void> => {
    const attacker = fixtures.attackers[at % fixtures.attackers.length];
    if (attacker === undefined) return;
    const source = { seed: plan.seed, known: attacker.known };
    while (!isOver()) {
      if (started * FRAMES_PER_PROBE > counter.sent) {
        await sleep(5);
        continue;
      }
      started += 1;
      tally.add('malformed: connections');
      const { token } = attacker.user;
      await probeMalformed({ port, token, source, secret: fixtures.secret, tally }, plan.from + started);
    }
  };
  await Promise.all(Array.from({ length: MAX_CONCURRENT_PROBES }, (_, at) => worker(at)));
}

/** Replaces the frame of an `internal` error by the shortest one that still causes it, if sending it again does. */
async function withShortestFrame(
  finding: Finding,
  { fixtures, plan }: Pick<Run, 'fixtures' | 'plan'>,
): Promise<Finding> {
  const [frame] = finding.frames;
  const attacker =
    frame === undefined ? undefined : fixtures.attackers[(frame.number - plan.from) % fixtures.attackers.length];
  if (frame === undefined || attacker === undefined || !finding.message.includes('internal')) return finding;
  const isBad = async (text: string): Promise<boolean> => {
    await using client = await attacker.user.connect();
    client.sendText(text);
    await client.settle();
    return client.received('error', { code: 'internal' }).length > 0;
  };
  if (!(await isBad(frame.text))) return new Finding(`${finding.message}, but not when sent again`, finding.frames);
  const shortest = await shrink(frame.text.split(''), (units) => isBad(units.join('')));
  return new Finding(finding.message, [{ ...frame, text: shortest.join('') }]);
}

async function repeat(everyMs: number, task: () => Promise<unknown>, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await task();
    await sleep(everyMs);
  }
}

/** Distributes the numbers of a plan, so that each attacker sends the same frames in every run of a seed. */
export class FrameCounter {
  sent = 0;
  readonly #plan: Pick<FuzzPlan, 'from' | 'frames' | 'untilMs'>;

  constructor(plan: Pick<FuzzPlan, 'from' | 'frames' | 'untilMs'>) {
    this.#plan = plan;
  }

  numbersFor(at: number, attackers: number): () => number | null {
    const { from, frames, untilMs = Infinity } = this.#plan;
    let next = from + at;
    return () => {
      const number = next;
      if (number >= from + frames || performance.now() > untilMs) return null;
      next += attackers;
      this.sent += 1;
      return number;
    };
  }
}
