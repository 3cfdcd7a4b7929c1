import { setTimeout as sleep } from 'node:timers/promises';
import { openLine } from '../wire/connection.ts';
import { Attacker } from './attacker.ts';
import { Witness } from './bystander.ts';
import { Finding, Tally } from './findings.ts';
import { openCast, type Cast, type CastOptions } from './fixtures.ts';
import { checkHealth, sampleOf, type Sample } from './health.ts';
import { throwAway } from './malformed-connection.ts';
import { shrink } from './shrink.ts';

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
  await using cast = await openCast({ pairs: PAIRS, ...plan });
  const tally = new Tally();
  const witness = await Witness.open(cast, tally);
  const counter = new FrameCounter(plan);
  const startedMs = performance.now();
  const samples: Sample[] = [];
  let isOver = false;
  const until = (everyMs: number, task: () => Promise<unknown>) => repeat(everyMs, task, () => isOver);
  const { server } = cast.world;
  const sides = [
    until(WITNESS_STEP_EVERY_MS, () => witness.step()),
    until(SAMPLE_EVERY_MS, async () => samples.push(await sampleOf(server, counter.said))),
    until(SAMPLE_EVERY_MS, async () => plan.progress?.(counter.said)),
    throwAways({ cast, plan, tally, counter }, () => isOver),
  ];
  const over = Promise.all(cast.attackers.map((_, at) => attackerOf({ cast, plan, tally, counter }, at).run())).finally(
    () => (isOver = true),
  );
  await Promise.all([over, ...sides]).catch(async (error: unknown) => {
    isOver = true;
    await Promise.allSettled([over, ...sides]);
    await checkHealth(server).catch((death: unknown) => {
      const frames = error instanceof Finding ? error.frames : [];
      throw new Finding(`${String(error)}, and then: ${String(death)}`, frames);
    });
    throw error instanceof Finding ? await shrunk(error, { cast, plan }) : error;
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  await witness.finish();
  await checkHealth(server);
  return { frames: counter.said, seconds, tally, samples };
}

interface Run {
  readonly cast: Cast;
  readonly plan: FuzzPlan;
  readonly tally: Tally;
  readonly counter: FrameCounter;
}

function attackerOf({ cast, plan, tally, counter }: Run, at: number): Attacker {
  const attacker = cast.attackers[at];
  if (attacker === undefined) throw new Error('no such attacker');
  const { token } = attacker.person;
  const { port } = cast.world.server;
  return new Attacker({
    source: { seed: plan.seed, known: attacker.known },
    secret: cast.secret,
    tally,
    open: (clientId, ear) => openLine({ port, token, clientId }, ear),
    next: counter.lane(at, cast.attackers.length),
    isLimited: plan.rateLimits === 'on',
  });
}

/** One after the other, as many as frames are said. */
async function throwAways({ cast, plan, tally, counter }: Run, isOver: () => boolean): Promise<void> {
  const { port } = cast.world.server;
  let begun = 0;
  const worker = async (at: number): Promise<void> => {
    const attacker = cast.attackers[at % cast.attackers.length];
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
      await throwAway({ port, token, source, secret: cast.secret, tally }, plan.from + begun);
    }
  };
  await Promise.all(Array.from({ length: MAX_THROW_AWAYS_AT_ONCE }, (_, at) => worker(at)));
}

/** An `internal` error with its frame as short as still brings it about, where that can be told by saying it again. */
async function shrunk(finding: Finding, { cast, plan }: Pick<Run, 'cast' | 'plan'>): Promise<Finding> {
  const [frame] = finding.frames;
  const attacker = frame === undefined ? undefined : cast.attackers[(frame.number - plan.from) % cast.attackers.length];
  if (frame === undefined || attacker === undefined || !finding.message.includes('internal')) return finding;
  const isBad = async (text: string): Promise<boolean> => {
    await using client = await attacker.person.connect();
    client.sayText(text);
    await client.settle();
    return client.heard('error', { code: 'internal' }).length > 0;
  };
  if (!(await isBad(frame.text))) return new Finding(`${finding.message}, but not when said again`, finding.frames);
  return new Finding(finding.message, [{ ...frame, text: await shrink(frame.text, isBad) }]);
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
