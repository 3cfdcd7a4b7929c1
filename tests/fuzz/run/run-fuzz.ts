import { setTimeout as sleep } from 'node:timers/promises';
import { shrink } from '@parley/testkit';
import { openLine } from '../wire/connection.ts';
import { Attacker } from './attacker.ts';
import { Bystander } from './bystander.ts';
import { Finding, Tally } from './findings.ts';
import { createFixtures, type Fixtures, type CastOptions } from './fixtures.ts';
import { checkHealth, sampleOf, type Sample } from './health.ts';
import { probeMalformed } from './malformed-connection.ts';

export interface FuzzPlan {
  readonly seed: number;
  /** Number of the first frame, and how many from there. */
  readonly from: number;
  readonly frames: number;
  readonly rateLimits: CastOptions['rateLimits'];
  /** Two attackers each. Default 4. */
  readonly pairs?: number;
  /** Milliseconds of `performance.now()` after which no frame is begun. Default never. */
  readonly untilMs?: number;
  readonly progress?: (frames: number) => void;
}

export interface FuzzRun {
  /** Said on connections that live. */
  readonly frames: number;
  readonly seconds: number;
  readonly tally: Tally;
  readonly samples: readonly Sample[];
}

const PAIRS = 4;
const THROW_AWAY_EVERY = 250;
const MAX_THROW_AWAYS_AT_ONCE = 8;
const WITNESS_STEP_EVERY_MS = 25;
const SAMPLE_EVERY_MS = 2_000;

/** Starts a server, lets everybody loose on it, and checks everything. Rejects with a `Finding`. */
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
  const sides = [
    until(WITNESS_STEP_EVERY_MS, () => bystander.step()),
    until(SAMPLE_EVERY_MS, async () => samples.push(await sampleOf(server, counter.said))),
    until(SAMPLE_EVERY_MS, async () => plan.progress?.(counter.said)),
    throwAways({ fixtures, plan, tally, counter }, () => isOver),
  ];
  const over = Promise.all(
    fixtures.attackers.map((_, at) => attackerOf({ fixtures, plan, tally, counter }, at).run()),
  ).finally(() => (isOver = true));
  await Promise.all([over, ...sides]).catch(async (error: unknown) => {
    isOver = true;
    await Promise.allSettled([over, ...sides]);
    await checkHealth(server).catch((death: unknown) => {
      const frames = error instanceof Finding ? error.frames : [];
      throw new Finding(`${String(error)}, and then: ${String(death)}`, frames);
    });
    throw error instanceof Finding ? await shrunk(error, { fixtures, plan }) : error;
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  await bystander.finish();
  await checkHealth(server);
  return { frames: counter.said, seconds, tally, samples };
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
  const { token } = attacker.person;
  const { port } = fixtures.fixture.server;
  return new Attacker({
    source: { seed: plan.seed, known: attacker.known },
    secret: fixtures.secret,
    tally,
    open: (clientId, ear) => openLine({ port, token, clientId }, ear),
    next: counter.lane(at, fixtures.attackers.length),
    isLimited: plan.rateLimits === 'on',
  });
}

/** One after the other, as many as frames are said. */
async function throwAways({ fixtures, plan, tally, counter }: Run, isOver: () => boolean): Promise<void> {
  const { port } = fixtures.fixture.server;
  let begun = 0;
  const worker = async (at: number): Promise<void> => {
    const attacker = fixtures.attackers[at % fixtures.attackers.length];
    if (attacker === undefined) return;
    const source = { seed: plan.seed, known: attacker.known };
    while (!isOver()) {
      if (begun * THROW_AWAY_EVERY > counter.said) {
        await sleep(5);
        continue;
      }
      begun += 1;
      tally.add('throw-away connections');
      const { token } = attacker.person;
      await probeMalformed({ port, token, source, secret: fixtures.secret, tally }, plan.from + begun);
    }
  };
  await Promise.all(Array.from({ length: MAX_THROW_AWAYS_AT_ONCE }, (_, at) => worker(at)));
}

/** An `internal` error with its frame as short as still brings it about, where that can be told by saying it again. */
async function shrunk(finding: Finding, { fixtures, plan }: Pick<Run, 'fixtures' | 'plan'>): Promise<Finding> {
  const [frame] = finding.frames;
  const attacker =
    frame === undefined ? undefined : fixtures.attackers[(frame.number - plan.from) % fixtures.attackers.length];
  if (frame === undefined || attacker === undefined || !finding.message.includes('internal')) return finding;
  const isBad = async (text: string): Promise<boolean> => {
    await using client = await attacker.person.connect();
    client.sendText(text);
    await client.settle();
    return client.received('error', { code: 'internal' }).length > 0;
  };
  if (!(await isBad(frame.text))) return new Finding(`${finding.message}, but not when said again`, finding.frames);
  const shortest = await shrink(frame.text.split(''), (units) => isBad(units.join('')));
  return new Finding(finding.message, [{ ...frame, text: shortest.join('') }]);
}

async function repeat(everyMs: number, task: () => Promise<unknown>, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await task();
    await sleep(everyMs);
  }
}

/** Deals the numbers of a plan out to lanes: each attacker says the same frames in every run of a seed. */
export class FrameCounter {
  said = 0;
  readonly #plan: Pick<FuzzPlan, 'from' | 'frames' | 'untilMs'>;

  constructor(plan: Pick<FuzzPlan, 'from' | 'frames' | 'untilMs'>) {
    this.#plan = plan;
  }

  lane(at: number, lanes: number): () => number | null {
    const { from, frames, untilMs = Infinity } = this.#plan;
    let next = from + at;
    return () => {
      const number = next;
      if (number >= from + frames || performance.now() > untilMs) return null;
      next += lanes;
      this.said += 1;
      return number;
    };
  }
}
