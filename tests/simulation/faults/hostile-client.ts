import { MAX_FRAME_BYTES } from '@parley/protocol';
import type { Core } from '@parley/server/testing';
import type { SeededRandom } from '@parley/testkit';
import { dmOf, withCanary } from '../invariants/canaries.ts';
import { HostileClient } from '../sim/hostile-client.ts';
import type { Simulation } from '../sim/simulation.ts';
import type { Operation } from '../workload/operation.ts';

const MAX_HOSTILE_CLIENTS = 3;
const FLOOD_COMMANDS = 3_100;

/** Connects a client without the SDK, as a user of this server with a session of its own. */
export const connectHostile: Operation = (simulation, random) => {
  const user = random.pick(simulation.users);
  if (user === undefined || simulation.hostileClients.filter(({ isUp }) => isUp).length >= MAX_HOSTILE_CLIENTS) {
    return null;
  }
  const clientId = `intruder-${random.token(48)}`;
  simulation.hostileClients.push(
    new HostileClient({ context: simulation, internet: simulation, user, session: simulation.newSession(), clientId }),
  );
  return `${clientId} connects for ${user.id}`;
};

/** Sends any command about any channel and any message. */
export const sendArbitraryCommand = asHostileClient((simulation, client, random) => {
  const channel = random.pick([...simulation.oracle.channels.keys()]) ?? 'c_none';
  const id = random.chance(0.3)
    ? random.uuid()
    : (random.pick([...simulation.oracle.messages.keys()]) ?? random.uuid());
  const seq = random.below(60);
  const frames: readonly object[] = [
    { type: 'send', channel, id, body: withCanary(channel, 'meddled') },
    { type: 'edit', channel, id, body: withCanary(channel, 'meddled') },
    { type: 'delete', channel, id },
    { type: 'react', channel, id, emoji: '😈' },
    { type: 'unreact', channel, id, emoji: '😈' },
    { type: 'typing', channel, on: random.chance(0.7) },
    { type: 'read', channel, seq: random.chance(0.2) ? 1_000_000 : seq },
    { type: 'sync', channel, after: random.chance(0.2) ? 1_000_000 : seq, limit: 1 + random.below(500) },
    {
      type: 'history',
      channel,
      ...random.pick([{}, { before: seq + 1 }, { after: seq }, { around: seq + 1 }]),
      limit: 1 + random.below(50),
    },
    { type: 'ping' },
  ];
  const frame = random.pick(frames) ?? {};
  // The hostile client may belong to the author, and change what the author changed.
  simulation.sentMessages.changedExternally(id);
  client.send(frame);
  return `says ${JSON.stringify(frame)}`;
});

/** A member sends requests and connects as often as possible during their removal, while others keep writing. */
export const raceWithRemoval: Operation = (simulation, random) => {
  const channels = [...simulation.oracle.channels.values()].filter(
    ({ made }) => made.kind !== 'dm' && made.createdBy !== null,
  );
  const channel = random.pick(channels.filter(({ members }) => members.size > 1));
  const maker = channel?.made.createdBy ?? null;
  const victim = simulation.users.find(({ id }) => id !== maker && channel?.members.has(id) === true);
  const tab = [...simulation.tabs].find(({ user, process }) => user === maker && process.isRunning);
  if (channel === undefined || victim === undefined || tab === undefined) return null;
  const { id, made } = channel;
  const session = simulation.newSession();
  const deps = { context: simulation, internet: simulation, user: victim, session };
  const asking = new HostileClient({ ...deps, clientId: `intruder-${random.token(48)}` });
  simulation.hostileClients.push(asking);
  const removedAtMs = 300;
  for (let n = 0; n < 24; n += 1) {
    const atMs = removedAtMs - 50 + n * 5;
    simulation.clock.after(atMs, () =>
      asking.send({ type: n % 2 === 0 ? 'sync' : 'history', channel: id, ...(n % 2 === 0 ? { after: 0 } : {}) }),
    );
    if (n % 3 > 0) continue;
    simulation.clock.after(atMs, () => {
      simulation.hostileClients.push(
        new HostileClient({ ...deps, clientId: `intruder-${id.slice(2, 8)}-${random.token(48)}` }),
      );
    });
  }
  const owner = { user: made.createdBy ?? '', role: 'member' } as const;
  const ask = (atMs: number, work: (core: Core) => Promise<unknown>): void => {
    simulation.clock.after(atMs, () => void simulation.request(tab.process, work).catch(() => undefined));
  };
  ask(removedAtMs, (core) => core.chat.removeMember(owner, id, victim.id));
  for (let n = 0; n < 6; n += 1) {
    ask(removedAtMs + n * 20, (core) =>
      core.chat.send(owner, { channel: id, id: random.uuid(), body: withCanary(id, 'gone yet?') }),
    );
  }
  return `${victim.id} is removed from ${id} while they ask and connect`;
};

/** Sends the same message twice at once, on one connection or two. */
export const sendDuplicate = asHostileClient((simulation, client, random) => {
  const to = random.pick(simulation.users)?.id ?? '';
  const channel = random.chance(0.5) ? (random.pick(simulation.oracle.channelsOf(client.user.id))?.id ?? null) : null;
  const target = channel === null ? { to } : { channel };
  const body = withCanary(channel ?? dmOf(client.user.id, to), 'twice');
  const frame = { type: 'send', ...target, id: random.uuid(), body };
  const other =
    random.pick(simulation.hostileClients.filter(({ user, isUp }) => isUp && user === client.user)) ?? client;
  client.send(frame);
  other.send(frame);
  return `says twice ${JSON.stringify(frame)}`;
});

export const sendGarbage = asHostileClient((_simulation, client, random) => {
  const texts = ['', 'null', '[]', '{"type":"send"}', '{"type":"shout","ref":1}', `"${'x'.repeat(MAX_FRAME_BYTES)}"`];
  const text = random.pick(texts) ?? '';
  client.sendText(text);
  return `babbles ${text.slice(0, 30)}`;
});

/** Sends more commands at once than the rate limit allows. */
export const flood = asHostileClient((simulation, client, random) => {
  const channel = random.pick(simulation.oracle.channelsOf(client.user.id))?.id;
  if (channel === undefined || !simulation.rateLimits) return null;
  for (let n = 0; n < FLOOD_COMMANDS; n += 1) client.send({ type: 'typing', channel, on: n % 2 === 0 });
  return 'floods';
});

export const stopReading = asHostileClient((_simulation, client) => {
  client.connection.silence('to client');
  return 'never reads again';
});

export const disconnect = asHostileClient((_simulation, client, random) => {
  if (random.chance(0.5)) client.leave();
  else client.connection.cut();
  return 'goes';
});

function asHostileClient(
  act: (simulation: Simulation, client: HostileClient, random: SeededRandom) => string | null,
): Operation {
  return (simulation, random) => {
    const client = random.pick(simulation.hostileClients.filter(({ isUp }) => isUp));
    if (client === undefined) return connectHostile(simulation, random);
    const done = act(simulation, client, random);
    return done === null ? null : `${client.connection.caller.clientId} ${done}`;
  };
}
