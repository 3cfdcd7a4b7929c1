import type { ChannelId } from '@parley/protocol';
import {
  createCore,
  createLocalBus,
  createMemoryStore,
  GENERAL,
  nullLogger,
  systemClock,
  nullMetrics,
  type Actor,
  type Core,
  type Logger,
  type Outcome,
  type UserRecord,
} from '@parley/server/testing';
import { SeededRandom } from '@parley/testkit';
import type { Known } from '../frames/known-ids.ts';
import { openCoreLine } from '../wire/in-process-connection.ts';
import { Attacker } from './attacker.ts';
import { Finding, Tally } from './findings.ts';
import { FrameCounter, type FuzzPlan, type FuzzRun } from './run-fuzz.ts';

const ATTACKERS = 4;
const MESSAGES = 400;
const SECRET_ID = '00000000-0000-4000-8000-000000000001';

/**
 * The same frames against the core of a server in this process, over a store in memory: neither sockets nor disk, so
 * more of them in the same time. Rejects with a `Finding`.
 */
export async function runInProcess(plan: Pick<FuzzPlan, 'seed' | 'from' | 'frames' | 'untilMs'>): Promise<FuzzRun> {
  const tally = new Tally();
  const random = new SeededRandom(plan.seed).fork('core');
  const secret = `canary-${random.token(96)}`;
  const { core, errors, users } = await openCore(random);
  const stage = await setStage(core, users, secret);
  const counter = new FrameCounter(plan);
  const startedMs = performance.now();
  await Promise.all(
    stage.attackers.map(({ user, known }, at) =>
      new Attacker({
        source: { seed: plan.seed, known },
        secret,
        tally,
        open: async (clientId, ear) => openCoreLine({ core, user, clientId }, ear),
        next: counter.lane(at, stage.attackers.length),
        isLimited: false,
      }).run(),
    ),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  await checkUntouched(core, stage);
  core.close();
  if (errors.length > 0) throw new Finding(`the core logged errors: ${errors.slice(0, 5).join('\n')}`);
  return { frames: counter.said, seconds, tally, samples: [] };
}

async function openCore(random: SeededRandom) {
  const errors: string[] = [];
  const logger: Logger = {
    ...nullLogger,
    error: (fields, message) =>
      void errors.push(`${message} ${'err' in fields && fields.err instanceof Error ? (fields.err.stack ?? '') : ''}`),
  };
  const { store, users } = createMemoryStore({ random });
  const core = await createCore({
    config: { rateLimits: false, maxConnectionsPerUser: 50 },
    store,
    users,
    bus: createLocalBus(logger),
    clock: systemClock,
    random,
    logger,
    metrics: nullMetrics,
    afterTurn: (task) => void setImmediate(task),
  });
  return { core, errors, users };
}

interface Stage {
  readonly attackers: readonly { readonly user: UserRecord; readonly known: Known }[];
  readonly bystander: Actor;
  readonly channel: ChannelId;
  /** What the witness sees before. */
  readonly before: string;
}

async function setStage(core: Core, users: { add(user: UserRecord): void }, secret: string): Promise<Stage> {
  const add = (name: string, role: UserRecord['role']): UserRecord => {
    const user = { id: `u_${name}`, name, handle: name, role, suspended: false };
    users.add(user);
    return user;
  };
  const bystander: Actor = { user: add('witness', 'owner').id, role: 'owner' };
  const people = Array.from({ length: ATTACKERS }, (_, at) => add(`attacker${at}`, 'member'));
  const channel = value(await core.chat.createChannel(bystander, { name: 'secret', kind: 'private' })).id;
  await core.chat.send(bystander, { channel, id: SECRET_ID, body: secret });
  const [first, ...others] = people;
  if (first === undefined) throw new Error('nobody attacks');
  const maker: Actor = { user: first.id, role: 'member' };
  const shared = value(await core.chat.createChannel(maker, { name: 'shared', kind: 'private' })).id;
  for (const { id } of others) await core.chat.addMember(maker, shared, id);
  const pool = new SeededRandom(secret);
  const known: Known = {
    own: [shared, shared, shared, GENERAL],
    foreign: [channel],
    users: people.map(({ id }) => id),
    untouchable: [bystander.user],
    messages: Array.from({ length: MESSAGES }, () => pool.uuid()),
    foreignMessages: [SECRET_ID],
  };
  const before = await viewOf(core, bystander, channel);
  return { attackers: people.map((user) => ({ user, known })), bystander, channel, before };
}

async function checkUntouched(core: Core, { bystander, channel, before }: Stage): Promise<void> {
  const after = await viewOf(core, bystander, channel);
  if (after !== before) throw new Finding(`the witness saw ${before}, and now sees ${after}`);
}

async function viewOf({ chat }: Core, bystander: Actor, channel: ChannelId): Promise<string> {
  const [history, members] = [await chat.history(bystander, { channel }), await chat.members(bystander, channel)];
  return JSON.stringify([value(history), value(members)]);
}

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Finding(`refused: ${outcome.error.message}`);
  return outcome.value;
}
