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

/** Starts a contender and connects everyone in the world to it. */
export async function connectAll(
  { programs }: Context,
  contender: Pick<Target, 'start'>,
  fixture: Workload,
): Promise<Connected> {
  await using opening = new AsyncDisposableStack();
  const started = opening.use(await contender.start(fixture));
  const generator = opening.use(startGenerator(programs.generator));
  const { port, dialect, clients } = started;
  await generator.dial({ port, dialect, clients });
  const opened = opening.move();
  return { started, generator, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** How posts become frames of this contender. */
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
  readonly contender: Target;
  readonly fixture: Workload;
  /** Who posts where, one after the other and again from the start. */
  readonly posts: readonly Post[];
  readonly inFlight: readonly number[];
}

/** Measures one contender with each number of messages in flight: the next is sent when one has reached everybody. */
export async function measureRooms(context: Context, options: RoomsOptions): Promise<ReadonlyMap<number, Measurement>> {
  const { contender, fixture, posts, inFlight } = options;
  await using connected = await connectAll(context, contender, fixture);
  const { started, generator } = connected;
  const measured = new Map<number, Measurement>();
  for (const count of inFlight) {
    const stream = { inFlight: count, done: 'delivered', senders: sendersOf(started, fixture, posts) } as const;
    measured.set(count, await measure(started, generator, { ...context, streams: [stream] }));
  }
  return measured;
}

export function deliveryFigures(measured: Measurement | undefined): Figures {
  if (measured === undefined) throw new Error('this was not measured');
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
