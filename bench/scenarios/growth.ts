import { startGenerator, type Generator } from '../measure/generator.ts';
import { measure } from '../measure/run.ts';
import type { Figures } from '../measure/summary.ts';
import { clientOf, parley, startParley, type StartedParley } from '../targets/parley.ts';
import { oneRoom, type Workload } from '../targets/target.ts';
import { connectAll, deliveryFigures, measureRooms, sendersOf } from './channels.ts';
import { interleave, pick, toCase, type Case, type Context, type Scenario } from './scenario.ts';

const FAN_OUT = { inFlight: 16, senders: 16 };
const READY_DIALS = 100;

export const growth: Scenario = {
  name: 'growth',
  title: 'Growth',
  about:
    'What one delivery costs as connections are added (16 in flight, server CPU), what one send costs as the channel gets ' +
    'longer (one in flight, to `ok`), and how long a connection takes to `ready` as its user joins channels (one at a time).',
  async run(context: Context): Promise<Case[]> {
    return [...(await byConnections(context)), ...(await byMessages(context)), ...(await byChannels(context))];
  },
};

async function byConnections(context: Context): Promise<Case[]> {
  const cases: Case[] = [];
  for (const people of context.quick ? [50, 300] : [100, 1_000, 10_000]) {
    context.log(`${people} connections`);
    const fixture = oneRoom(people);
    const posts = Array.from({ length: FAN_OUT.senders }, (_, person) => ({ person, room: 0 }));
    const options = { target: parley, fixture, posts, inFlight: [FAN_OUT.inFlight] };
    const samples = await interleave(context, [{ name: 'Parley', measure: () => measureRooms(context, options) }]);
    const figures = pick(samples, (sample) => deliveryFigures(sample.get(FAN_OUT.inFlight)));
    cases.push(toCase({ ...caseOf('connections', people), primary: 'cpuPerDeliveryUs' }, figures));
  }
  return cases;
}

/** One server, with one channel that grows from step to step. */
async function byMessages(context: Context): Promise<Case[]> {
  const fixture: Workload = { people: 1, rooms: [{ people: [0] }] };
  await using connected = await connectAll(context, parley, fixture);
  const { started, generator } = connected;
  const [sender] = sendersOf(started, fixture, [{ person: 0, room: 0 }]);
  if (sender === undefined) throw new Error('no sender');
  const cases: Case[] = [];
  let stored = 0;
  for (const wanted of context.quick ? [100, 1_000, 5_000] : [100, 10_000, 1_000_000]) {
    context.log(`${wanted} messages`);
    stored += await sendUntil(generator, sender, wanted - stored);
    const samples = await interleave<Figures>(context, [
      {
        name: 'Parley',
        measure: async () => {
          const stream = { inFlight: 1, done: 'acknowledged', senders: [sender] } as const;
          const { answerP50Us, answerP99Us, serverCpuSeconds, messagesPerSecond, streams } = await measure(
            started,
            generator,
            {
              ...context,
              streams: [stream],
            },
          );
          const messages = streams[0]?.finished ?? 0;
          stored += messages;
          return { answerP50Us, answerP99Us, messagesPerSecond, cpuPerMessageUs: (serverCpuSeconds / messages) * 1e6 };
        },
      },
    ]);
    cases.push(toCase({ ...caseOf('messages', wanted), primary: 'answerP50Us' }, samples));
  }
  return cases;
}

const POLL_MS = 100;
/** Parley limits a connection to 256 KiB of unanswered commands. */
const FILL_IN_FLIGHT = 500;

/** Sends as fast as possible; resolves with the number sent, which is slightly more than wanted. */
async function sendUntil(
  generator: Generator,
  sender: ReturnType<typeof sendersOf>[number],
  wanted: number,
): Promise<number> {
  if (wanted <= 0) return 0;
  const inFlight = Math.min(FILL_IN_FLIGHT, Math.ceil(wanted / 2));
  await generator.addStream({ inFlight, done: 'acknowledged', senders: [sender] });
  await generator.start();
  let sent = 0;
  while (sent < wanted) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    sent = (await generator.report()).streams[0]?.finished ?? 0;
  }
  await generator.stop();
  return sent + inFlight;
}

/** Person `n` is in `counts[n]` channels, #general included. */
async function byChannels(context: Context): Promise<Case[]> {
  const counts = context.quick ? [10, 100] : [10, 100, 1_000];
  const most = Math.max(...counts);
  const rooms = Array.from({ length: most - 1 }, (_, room) => ({
    people: [counts.length, ...counts.flatMap((count, person) => (room < count - 1 ? [person] : []))],
  }));
  const fixture: Workload = { people: counts.length + 2, rooms };
  await using started = await startParley(fixture);
  const cases: Case[] = [];
  for (const [person, count] of counts.entries()) {
    context.log(`${count} channels`);
    const samples = await interleave<Figures>(context, [
      { name: 'Parley', measure: () => measureReady(context, started, person) },
    ]);
    cases.push(toCase({ ...caseOf('channels', count), primary: 'wholeP50Us' }, samples));
  }
  return cases;
}

async function measureReady({ programs }: Context, { port, dialect }: StartedParley, person: number): Promise<Figures> {
  await using generator = startGenerator(programs.generator);
  const clients = Array.from({ length: READY_DIALS }, (_, device) => clientOf(person, device));
  const { whole } = await generator.dial({ port, dialect, clients, parallel: 1 });
  return { wholeP50Us: whole.p50Us, wholeP99Us: whole.p99Us };
}

const LINES = {
  connections: 'CPU per delivery, by connections',
  messages: 'time to ok, by messages',
  channels: 'time to ready, by channels',
} as const;

function caseOf(of: keyof typeof LINES, x: number): Required<Pick<Case, 'name' | 'point'>> {
  return { name: `${x.toLocaleString('en')} ${of}`, point: { line: LINES[of], x } };
}
