import { isNatsInstalled } from '@parley/testkit/nats-server';
import { isPostgresInstalled } from '@parley/testkit/postgres-server';
import { startGenerator, type Generator } from '../measure/generator.ts';
import { measure, type Measurement } from '../measure/run.ts';
import type { Figures } from '../measure/summary.ts';
import { openSharedServers, type Nodes, type SharedServers } from '../targets/parley-nodes.ts';
import { clientOf, PARLEY_DIALECT, postFrame } from '../targets/parley.ts';
import { sendersOf, type Post } from './channels.ts';
import { interleave, toCase, type Case, type Context, type Scenario } from './scenario.ts';
import { range, createWorkspaceModel, type WorkspaceModel } from './workspace-model.ts';

const HOT_IN_FLIGHT = 16;
const BUSY_IN_FLIGHT = 5;

/** The figures of one number of nodes, by load. */
type Sample = Readonly<Record<'far' | 'hot' | 'all', Figures>> & {
  /** Readers on the node of the sender; null with one node. */
  readonly near: Figures | null;
};

export const nodes: Scenario = {
  name: 'nodes',
  title: 'One node and two, on PostgreSQL and NATS',
  about:
    'Nodes, PostgreSQL (every commit synced to the disk) and NATS share the first core; the load generator has the second. ' +
    'Delivery latency is from sending until a reader has the message, commit included; a message per second counts ' +
    'when its `ok` arrives. On two nodes half of the senders are on each, and every channel has members on both.',
  unavailableReason() {
    const missing = [
      ...(isPostgresInstalled() ? [] : ['PostgreSQL (initdb, postgres)']),
      ...(isNatsInstalled() ? [] : ['nats-server']),
    ];
    return missing.length === 0 ? null : `${missing.join(' and ')} is not installed.`;
  },
  async run(context: Context): Promise<Case[]> {
    const model = createWorkspaceModel(context.quick ? { readers: 10, channels: 20 } : { readers: 100, channels: 200 });
    context.log('  PostgreSQL, NATS, and all accounts');
    await using shared = await openSharedServers(model.fixture);
    const samples = await interleave<Sample>(context, [
      { name: 'one node', measure: () => measureNodes(context, { shared, model, count: 1 }) },
      { name: 'two nodes', measure: () => measureNodes(context, { shared, model, count: 2 }) },
    ]);
    const [one, two] = [samples.get('one node') ?? [], samples.get('two nodes') ?? []];
    const figures = (all: readonly Sample[], load: keyof Sample): Figures[] => {
      return all.map((each) => each[load]).filter((found) => found !== null);
    };
    const readers = model.near.length - 1;
    const channels = model.channels.length;
    return [
      toCase(
        { name: `Delivery to ${readers} readers, one message in flight`, primary: 'deliveryP50Us' },
        new Map([
          ['one node', figures(one, 'far')],
          ['two nodes, readers beside the sender', figures(two, 'near')],
          ['two nodes, readers on the other one', figures(two, 'far')],
        ]),
      ),
      toCase(
        {
          name: `One hot channel, ${model.hot.length} senders, ${HOT_IN_FLIGHT} in flight each`,
          primary: 'messagesPerSecond',
        },
        new Map([...samples].map(([name, all]) => [name, figures(all, 'hot')])),
      ),
      toCase(
        { name: `${channels} channels, a sender each, ${BUSY_IN_FLIGHT} in flight each`, primary: 'messagesPerSecond' },
        new Map([...samples].map(([name, all]) => [name, figures(all, 'all')])),
      ),
    ];
  },
};

interface NodesOptions {
  readonly shared: SharedServers;
  readonly model: WorkspaceModel;
  readonly count: number;
}

async function measureNodes(context: Context, { shared, model, count }: NodesOptions): Promise<Sample> {
  const { fixture } = model;
  await using started = await shared.startNodes(count);
  await using generator = startGenerator(context.programs.generator);
  await connectWorkspace(generator, started, model);
  const frameFor = (person: number, room: number): string =>
    postFrame({ person, room, fixture, seeded: shared.seeded });
  const run = (
    posts: readonly Post[],
    load: { readonly inFlight: number; readonly done: 'delivered' | 'acknowledged' },
  ) =>
    measure(started.servers[0], generator, {
      ...context,
      streams: [{ ...load, senders: sendersOf({ frameFor }, fixture, posts) }],
      backgroundProcesses: () => started.backgroundProcesses(),
    });
  const alone = { inFlight: 1, done: 'delivered' } as const;
  const near = count === 1 ? null : await run([{ person: 0, room: model.rooms.near }], alone);
  const far = await run([{ person: 0, room: model.rooms.far }], alone);
  const hot = await run(
    model.hot.map((person) => ({ person, room: model.rooms.hot })),
    { inFlight: model.hot.length * HOT_IN_FLIGHT, done: 'acknowledged' },
  );
  const all = await run(
    model.channels.map(([person = 0], n) => ({ person, room: model.rooms.firstChannel + n })),
    { inFlight: model.channels.length * BUSY_IN_FLIGHT, done: 'acknowledged' },
  );
  return {
    near: near === null ? null : latencyFigures(near),
    far: latencyFigures(far),
    hot: rateFigures(hot),
    all: rateFigures(all),
  };
}

/** Connects each group to its node, or to the first where there is only one. */
async function connectWorkspace(
  generator: Generator,
  { servers }: Nodes,
  { nodeGroups }: WorkspaceModel,
): Promise<void> {
  for (const { first, count, node } of nodeGroups) {
    const { port } = servers[node] ?? servers[0];
    const clients = range(first, count).map((person) => clientOf(person));
    await generator.dial({ port, dialect: PARLEY_DIALECT, clients, first });
  }
}

function latencyFigures(measured: Measurement): Figures {
  const { deliveryP50Us, deliveryP99Us, deliveryMaxUs, generatorBusy, othersCpu } = measured;
  return { deliveryP50Us, deliveryP99Us, deliveryMaxUs, generatorBusy, othersCpu };
}

function rateFigures(measured: Measurement): Figures {
  const { messagesPerSecond, answerP50Us, answerP99Us, backgroundCpu, generatorBusy, othersCpu } = measured;
  const { nodes: others = 0, database = 0, bus = 0 } = backgroundCpu;
  const perMessageUs = (cpuSeconds: number): number => (cpuSeconds / (measured.streams[0]?.finished ?? 0)) * 1e6;
  return {
    messagesPerSecond,
    answerP50Us,
    answerP99Us,
    cpuPerMessageUs: perMessageUs(measured.serverCpuSeconds + others),
    databaseCpuPerMessageUs: perMessageUs(database),
    busCpuPerMessageUs: perMessageUs(bus),
    generatorBusy,
    othersCpu,
  };
}
