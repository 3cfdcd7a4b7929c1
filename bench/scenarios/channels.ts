import { startGenerator, type Generator, type Sender } from '../measure/generator.ts';
import { measure, type Measurement } from '../measure/run.ts';
import type { Figures } from '../measure/summary.ts';
import type { Target, StartedTarget, Workload } from '../targets/target.ts';
import type { Context } from './scenario.ts';

export interface Post {
  readonly person: number;
  readonly room: number;
}

export interface Connected extends AsyncDisposable {
  readonly started: StartedTarget;
  readonly generator: Generator;
}

/** Starts a target and connects everyone in the workload to it. */
export async function connectAll(
  { programs }: Context,
  target: Pick<Target, 'start'>,
  fixture: Workload,
): Promise<Connected> {
  await using opening = new AsyncDisposableStack();
  const started = opening.use(await target.start(fixture));
  const generator = opening.use(startGenerator(programs.generator));
  const { port, dialect, clients } = started;
  await generator.dial({ port, dialect, clients });
  const opened = opening.move();
  return { started, generator, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Converts posts to the frames of this target. */
export function sendersOf(
  started: Pick<StartedTarget, 'frameFor'>,
  fixture: Workload,
  posts: readonly Post[],
): Sender[] {
  return posts.map(({ person, room }) => ({
    connection: person,
    receivers: fixture.rooms[room]?.people.length ?? 0,
    text: started.frameFor(person, room),
  }));
}

export interface RoomsOptions {
  readonly target: Target;
  readonly fixture: Workload;
  /** The senders and their rooms, used in this order and repeated. */
  readonly posts: readonly Post[];
  readonly inFlight: readonly number[];
}

/** Measures one target with each number of messages in flight: a message is sent when an earlier one has reached all receivers. */
export async function measureRooms(context: Context, options: RoomsOptions): Promise<ReadonlyMap<number, Measurement>> {
  const { target, fixture, posts, inFlight } = options;
  await using connected = await connectAll(context, target, fixture);
  const { started, generator } = connected;
  const measured = new Map<number, Measurement>();
  for (const count of inFlight) {
    const stream = { inFlight: count, done: 'delivered', senders: sendersOf(started, fixture, posts) } as const;
    measured.set(count, await measure(started, generator, { ...context, streams: [stream] }));
  }
  return measured;
}

export function deliveryFigures(measured: Measurement | undefined): Figures {
  if (measured === undefined) throw new Error('no measurement for this number in flight');
  const { deliveriesPerSecond, deliveryP50Us, deliveryP99Us, deliveryMaxUs, cpuPerDeliveryUs, serverCpuSeconds } =
    measured;
  const { peakBytes, framesPerRead, generatorBusy, generatorCeiling, othersCpu } = measured;
  const latency = { deliveryP50Us, deliveryP99Us, deliveryMaxUs };
  return {
    deliveriesPerSecond,
    ...latency,
    cpuPerDeliveryUs,
    serverCpuSeconds,
    peakBytes,
    framesPerRead,
    generatorBusy,
    generatorCeiling,
    othersCpu,
  };
}
