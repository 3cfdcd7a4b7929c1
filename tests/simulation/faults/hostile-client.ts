import { MAX_FRAME_BYTES } from '@parley/protocol';
import type { Core } from '@parley/server/testing';
import type { SeededRandom } from '@parley/testkit';
import { dmOf, inChannel } from '../invariants/canaries.ts';
import { Intruder } from '../sim/hostile-client.ts';
import type { World } from '../sim/simulation.ts';
import type { Act } from '../workload/operation.ts';

const MAX_INTRUDERS = 3;
const FLOOD = 3_100;

/** Someone connects without the SDK: a user of this server, with a session of their own. */
export const intrude: Act = (world, dice) => {
  const user = dice.pick(world.users);
  if (user === undefined || world.intruders.filter(({ isUp }) => isUp).length >= MAX_INTRUDERS) return null;
  const clientId = `intruder-${dice.token(48)}`;
  world.intruders.push(
    new Intruder({ surroundings: world, internet: world, user, session: world.newSession(), clientId }),
  );
  return `${clientId} connects for ${user.id}`;
};

/** Any command about any channel and any message, whoever it belongs to. */
export const meddle = byIntruder((world, intruder, dice) => {
  const channel = dice.pick([...world.oracle.channels.keys()]) ?? 'c_none';
  const id = dice.chance(0.3) ? dice.uuid() : (dice.pick([...world.oracle.messages.keys()]) ?? dice.uuid());
  const seq = dice.below(60);
  const frames: readonly object[] = [
    { type: 'send', channel, id, body: inChannel(channel, 'meddled') },
    { type: 'edit', channel, id, body: inChannel(channel, 'meddled') },
    { type: 'delete', channel, id },
    { type: 'react', channel, id, emoji: '😈' },
    { type: 'unreact', channel, id, emoji: '😈' },
    { type: 'typing', channel, on: dice.chance(0.7) },
    { type: 'read', channel, seq: dice.chance(0.2) ? 1_000_000 : seq },
    { type: 'sync', channel, after: dice.chance(0.2) ? 1_000_000 : seq, limit: 1 + dice.below(500) },
    {
      type: 'history',
      channel,
      ...dice.pick([{}, { before: seq + 1 }, { after: seq }, { around: seq + 1 }]),
      limit: 1 + dice.below(50),
    },
    { type: 'ping' },
  ];
  const frame = dice.pick(frames) ?? {};
  // The author's own program may change what the author changed.
  world.deeds.meddled(id);
  intruder.say(frame);
  return `says ${JSON.stringify(frame)}`;
});

/** While a member is being removed they ask and connect as often as they can, and others go on talking. */
export const ambush: Act = (world, dice) => {
  const channels = [...world.oracle.channels.values()].filter(
    ({ made }) => made.kind !== 'dm' && made.createdBy !== null,
  );
  const channel = dice.pick(channels.filter(({ members }) => members.size > 1));
  const maker = channel?.made.createdBy ?? null;
  const victim = world.users.find(({ id }) => id !== maker && channel?.members.has(id) === true);
  const tab = [...world.tabs].find(({ user, machine }) => user === maker && machine.isRunning);
  if (channel === undefined || victim === undefined || tab === undefined) return null;
  const { id, made } = channel;
  const session = world.newSession();
  const parts = { surroundings: world, internet: world, user: victim, session };
  const asking = new Intruder({ ...parts, clientId: `intruder-${dice.token(48)}` });
  world.intruders.push(asking);
  const removedAtMs = 300;
  for (let n = 0; n < 24; n += 1) {
    const atMs = removedAtMs - 50 + n * 5;
    world.clock.after(atMs, () =>
      asking.say({ type: n % 2 === 0 ? 'sync' : 'history', channel: id, ...(n % 2 === 0 ? { after: 0 } : {}) }),
    );
    if (n % 3 > 0) continue;
    world.clock.after(atMs, () => {
      world.intruders.push(new Intruder({ ...parts, clientId: `intruder-${id.slice(2, 8)}-${dice.token(48)}` }));
    });
  }
  const owner = { user: made.createdBy ?? '', role: 'member' } as const;
  const ask = (atMs: number, work: (core: Core) => Promise<unknown>): void => {
    world.clock.after(atMs, () => void world.request(tab.machine, work).catch(() => undefined));
  };
  ask(removedAtMs, (core) => core.chat.removeMember(owner, id, victim.id));
  for (let n = 0; n < 6; n += 1) {
    ask(removedAtMs + n * 20, (core) =>
      core.chat.send(owner, { channel: id, id: dice.uuid(), body: inChannel(id, 'gone yet?') }),
    );
  }
  return `${victim.id} is removed from ${id} while they ask and connect`;
};

/** The same message twice, at once, on one connection or two. */
export const sayTwice = byIntruder((world, intruder, dice) => {
  const to = dice.pick(world.users)?.id ?? '';
  const channel = dice.chance(0.5) ? (dice.pick(world.oracle.channelsOf(intruder.user.id))?.id ?? null) : null;
  const target = channel === null ? { to } : { channel };
  const body = inChannel(channel ?? dmOf(intruder.user.id, to), 'twice');
  const frame = { type: 'send', ...target, id: dice.uuid(), body };
  const other = dice.pick(world.intruders.filter(({ user, isUp }) => isUp && user === intruder.user)) ?? intruder;
  intruder.say(frame);
  other.say(frame);
  return `says twice ${JSON.stringify(frame)}`;
});

export const babble = byIntruder((_world, intruder, dice) => {
  const texts = ['', 'null', '[]', '{"type":"send"}', '{"type":"shout","ref":1}', `"${'x'.repeat(MAX_FRAME_BYTES)}"`];
  const text = dice.pick(texts) ?? '';
  intruder.sayText(text);
  return `babbles ${text.slice(0, 30)}`;
});

/** More than the limit on commands allows, at once. */
export const flood = byIntruder((world, intruder, dice) => {
  const channel = dice.pick(world.oracle.channelsOf(intruder.user.id))?.id;
  if (channel === undefined || !world.rateLimits) return null;
  for (let n = 0; n < FLOOD; n += 1) intruder.say({ type: 'typing', channel, on: n % 2 === 0 });
  return 'floods';
});

export const stopReading = byIntruder((_world, intruder) => {
  intruder.connection.silence('to client');
  return 'never reads again';
});

export const go = byIntruder((_world, intruder, dice) => {
  if (dice.chance(0.5)) intruder.leave();
  else intruder.connection.cut();
  return 'goes';
});

function byIntruder(act: (world: World, intruder: Intruder, dice: SeededRandom) => string | null): Act {
  return (world, dice) => {
    const intruder = dice.pick(world.intruders.filter(({ isUp }) => isUp));
    if (intruder === undefined) return intrude(world, dice);
    const done = act(world, intruder, dice);
    return done === null ? null : `${intruder.connection.caller.clientId} ${done}`;
  };
}
