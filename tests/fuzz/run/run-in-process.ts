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
import { openInProcessConnection } from '../wire/in-process-connection.ts';
import { Attacker } from './attacker.ts';
import { Finding, Tally } from './findings.ts';
import { FrameCounter, type FuzzPlan, type FuzzRun } from './run-fuzz.ts';

const ATTACKERS = 4;
const MESSAGES = 400;
const SECRET_ID = '00000000-0000-4000-8000-000000000001';

/**
 * Sends the same frames to the core of a server in this process with a memory store: without sockets and disk it processes
 * more of them in the same time. Rejects with a `Finding`.
 */
export async function runInProcess(plan: Pick<FuzzPlan, 'seed' | 'from' | 'frames' | 'untilMs'>): Promise<FuzzRun> {
  const tally = new Tally();
  const random = new SeededRandom(plan.seed).fork('core');
  const secret = `canary-${random.token(96)}`;
  const { core, errors, users } = await openCore(random);
  const fixtures = await createCoreFixtures(core, users, secret);
  const counter = new FrameCounter(plan);
  const startedMs = performance.now();
  await Promise.all(
    fixtures.attackers.map(({ user, known }, at) =>
      new Attacker({
        source: { seed: plan.seed, known },
        secret,
        tally,
        open: async (clientId, handlers) => openInProcessConnection({ core, user, clientId }, handlers),
        next: counter.numbersFor(at, fixtures.attackers.length),
        isLimited: false,
      }).run(),
    ),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  await checkUnchanged(core, fixtures);
  core.close();
  if (errors.length > 0) throw new Finding(`the core logged errors: ${errors.slice(0, 5).join('\n')}`);
  return { frames: counter.sent, seconds, tally, samples: [] };
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

interface CoreFixtures {
  readonly attackers: readonly { readonly user: UserRecord; readonly known: Known }[];
  readonly bystander: Actor;
  readonly channel: ChannelId;
  /** What the bystander sees before the attack. */
  readonly before: string;
}

async function createCoreFixtures(
  core: Core,
  users: { add(user: UserRecord): void },
  secret: string,
): Promise<CoreFixtures> {
  const add = (name: string, role: UserRecord['role']): UserRecord => {
    const user = { id: `u_${name}`, name, handle: name, role, suspended: false };
    users.add(user);
    return user;
  };
  const bystander: Actor = { user: add('bystander', 'owner').id, role: 'owner' };
  const attackers = Array.from({ length: ATTACKERS }, (_, at) => add(`attacker${at}`, 'member'));
  const channel = value(await core.chat.createChannel(bystander, { name: 'secret', kind: 'private' })).id;
  await core.chat.send(bystander, { channel, id: SECRET_ID, body: secret });
  const [first, ...others] = attackers;
  if (first === undefined) throw new Error('there is no attacker');
  const creator: Actor = { user: first.id, role: 'member' };
  const shared = value(await core.chat.createChannel(creator, { name: 'shared', kind: 'private' })).id;
  for (const { id } of others) await core.chat.addMember(creator, shared, id);
  const pool = new SeededRandom(secret);
  const known: Known = {
    own: [shared, shared, shared, GENERAL],
    foreign: [channel],
    users: attackers.map(({ id }) => id),
    untouchable: [bystander.user],
    messages: Array.from({ length: MESSAGES }, () => pool.uuid()),
    foreignMessages: [SECRET_ID],
  };
  const before = await viewOf(core, bystander, channel);
  return { attackers: attackers.map((user) => ({ user, known })), bystander, channel, before };
}

async function checkUnchanged(core: Core, { bystander, channel, before }: CoreFixtures): Promise<void> {
  const after = await viewOf(core, bystander, channel);
  if (after !== before) throw new Finding(`the bystander saw ${before}, and now sees ${after}`);
}

async function viewOf({ chat }: Core, bystander: Actor, channel: ChannelId): Promise<string> {
  const [history, members] = [await chat.history(bystander, { channel }), await chat.members(bystander, channel)];
  return JSON.stringify([value(history), value(members)]);
}

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Finding(`refused: ${outcome.error.message}`);
  return outcome.value;
}
