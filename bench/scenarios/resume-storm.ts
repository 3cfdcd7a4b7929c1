import { setTimeout as sleep } from 'node:timers/promises';
import { startGenerator, type Client, type Generator, type Report } from '../measure/generator.ts';
import { startStopwatch } from '../measure/run.ts';
import type { Figures } from '../measure/summary.ts';
import { inParallel, startParley, tokenOf, type StartedParley } from '../targets/parley.ts';
import type { Workload } from '../targets/target.ts';
import { sendersOf } from './channels.ts';
import { interleave, pick, toCase, type Case, type Context, type Scenario } from './scenario.ts';

const CHANNELS_EACH = 3;
const MISSED = 20;
const CHANNELS = 30;
const BYSTANDERS = 100;
const BYSTANDERS_PER_SECOND = 50;
/** Handshakes at once: clients that reconnect without jitter. */
const PARALLEL = 1_000;

export const resumeStorm: Scenario = {
  name: 'resume-storm',
  title: 'Resume storm',
  about:
    `Everyone is in ${CHANNELS_EACH} of ${CHANNELS} channels and loses the connection at once; ${MISSED} messages are posted in each ` +
    `channel; then all reconnect at once, ${PARALLEL.toLocaleString('en')} handshakes at a time, without jitter. A client has caught up when it has all ` +
    `${CHANNELS_EACH * MISSED} messages it missed. ${BYSTANDERS} people in another channel keep posting, ${BYSTANDERS_PER_SECOND} messages a second.`,
  async run(context: Context): Promise<Case[]> {
    const people = context.quick ? 500 : 10_000;
    const samples = await interleave(context, [{ name: 'Parley', measure: () => measureStorm(context, people) }]);
    const label = people.toLocaleString('en');
    return [
      toCase(
        { name: `${label} clients come back`, primary: 'secondsUntilWhole' },
        pick(samples, ({ storm }) => storm),
      ),
      toCase(
        { name: 'bystanders, before', primary: 'deliveryP99Us' },
        pick(samples, ({ before }) => before),
      ),
      toCase(
        { name: 'bystanders, during the storm', primary: 'deliveryP99Us' },
        pick(samples, ({ during }) => during),
      ),
    ];
  },
};

/** Bystanders are the first people and therefore the first connections. */
function stormWorkload(people: number): Workload {
  const everyone = Array.from({ length: people }, (_, person) => BYSTANDERS + person);
  const bystanders = Array.from({ length: BYSTANDERS }, (_, person) => person);
  const channels = Array.from({ length: CHANNELS }, (_, channel) => ({
    people: everyone.filter((person) => channelsOf(person).includes(channel)),
  }));
  return { people: BYSTANDERS + people, rooms: [...channels, { people: bystanders }] };
}

function channelsOf(person: number): number[] {
  return Array.from({ length: CHANNELS_EACH }, (_, n) => (person + n * (CHANNELS / CHANNELS_EACH)) % CHANNELS);
}

async function measureStorm(context: Context, people: number): Promise<Record<'storm' | 'before' | 'during', Figures>> {
  const fixture = stormWorkload(people);
  await using started = await startParley(fixture);
  await using generator = startGenerator(context.programs.generator);
  const { port, dialect, clients } = started;
  await generator.dial({ port, dialect, clients });
  await generator.drop(BYSTANDERS, people);
  const missedFrom = await postMissed(started, fixture);

  const posts = Array.from({ length: BYSTANDERS }, (_, person) => ({ person, room: CHANNELS }));
  const senders = sendersOf(started, fixture, posts);
  await generator.addStream({ inFlight: 10_000, perSecond: BYSTANDERS_PER_SECOND, done: 'delivered', senders });
  await generator.start();
  await sleep(context.warmUpSeconds * 1000);
  await generator.mark();
  await sleep(context.seconds * 1000);
  const before = await generator.report();
  const during = await reconnectAll(generator, started, {
    clients: clients.slice(BYSTANDERS).map((client, index) => withCatchUp(client, BYSTANDERS + index, missedFrom)),
  });
  await generator.stop();
  return { storm: during.storm, before: bystanderFigures(before), during: bystanderFigures(during.report) };
}

/** Posts messages while the clients are disconnected. Resolves with the id of each channel and its position before that. */
function postMissed(started: StartedParley, fixture: Workload): Promise<{ channel: string; after: number }[]> {
  return inParallel(fixture.rooms.slice(0, CHANNELS), async (room, index) => {
    const channel = started.channels[index] ?? '';
    const token = tokenOf(room.people[0] ?? 0);
    // The generator counts the mark at the front.
    const body = (message: number): string => `~${message}`.padEnd(200, ' missed');
    const first = await started.http.post(token, channel, body(1));
    for (let message = 2; message <= MISSED; message += 1) await started.http.post(token, channel, body(message));
    return { channel, after: first - 1 };
  });
}

function withCatchUp(
  client: Client,
  person: number,
  missedFrom: readonly { channel: string; after: number }[],
): Client {
  const frames = channelsOf(person).map((index, n) => {
    const { channel, after } = missedFrom[index] ?? { channel: '', after: 0 };
    return JSON.stringify({ type: 'sync', ref: n + 1, channel, after });
  });
  return { ...client, catchUp: { frames, messages: CHANNELS_EACH * MISSED } };
}

async function reconnectAll(
  generator: Generator,
  { child, port, dialect }: StartedParley,
  { clients }: { clients: readonly Client[] },
): Promise<{ storm: Figures; report: Report }> {
  await generator.mark();
  const stopwatch = startStopwatch(child.pid, generator.pid);
  const { seconds, whole } = await generator.dial({ port, dialect, clients, first: BYSTANDERS, parallel: PARALLEL });
  const report = await generator.report();
  const { serverCpu, othersCpu } = stopwatch();
  const storm = {
    secondsUntilWhole: seconds,
    wholeP50Us: whole.p50Us,
    wholeP99Us: whole.p99Us,
    serverCpuSeconds: serverCpu,
    othersCpu: othersCpu / seconds,
  };
  return { storm, report };
}

function bystanderFigures({ streams: [stream] }: Report): Figures {
  if (stream === undefined) throw new Error('no stream of bystanders in the report');
  const { p50Us, p99Us, maxUs } = stream.delivery;
  return { deliveryP50Us: p50Us, deliveryP99Us: p99Us, deliveryMaxUs: maxUs };
}
