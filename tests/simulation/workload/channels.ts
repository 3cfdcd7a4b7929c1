import type { Actor, Core, Outcome } from '@parley/server/testing';
import { dmOf, withCanary, roomName } from '../invariants/canaries.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { Simulation } from '../sim/simulation.ts';
import { asTab } from './operation.ts';

interface Request {
  /** For the coverage counts. */
  readonly what: string;
  readonly work: (core: Core, actor: Actor) => Promise<Outcome<unknown>>;
  /** Whether the effect is stored. Called when the response is written. */
  readonly isStored: () => boolean;
}

/** Sends a request over HTTP. A successful response implies that the effect is stored. */
function request(simulation: Simulation, tab: Tab, { what, work, isStored }: Request): void {
  const { id, role } = tab.device.user;
  const asked = simulation.request(tab.process, async (core) => {
    const outcome = await work(core, { user: id, role });
    if (outcome.ok && !isStored()) {
      simulation.reportViolation('G1 durable', `${what} of ${id} succeeded, but is not stored`);
    }
    simulation.count(`${what}: ${outcome.ok ? 'ok' : outcome.error.code}`);
  });
  // The request or the response was lost, or the store did not answer: the outcome is unknown.
  asked.catch((error: unknown) =>
    simulation.note(() => `  ${tab.clientId} hears nothing of ${what}: ${String(error)}`),
  );
}

export const create = asTab((simulation, tab, random) => {
  const name = roomName(1 + simulation.oracle.channels.size + random.below(1_000_000_000));
  const kind = random.chance(0.5) ? 'public' : 'private';
  request(simulation, tab, {
    what: 'create',
    work: (core, actor) => core.chat.createChannel(actor, { name, kind }),
    isStored: () => simulation.oracle.byName.has(name),
  });
  return `makes ${name}, ${kind}`;
});

export const join = asTab((simulation, tab, random) => {
  const channel = random.pick([...simulation.oracle.channels.values()].filter(({ made }) => made.kind === 'public'));
  if (channel === undefined) return null;
  request(simulation, tab, {
    what: 'join',
    work: (core, actor) => core.chat.join(actor, channel.id),
    isStored: () => channel.members.has(tab.user) || channel.past.has(tab.user),
  });
  return `joins ${channel.id}`;
});

export const leave = asTab((simulation, tab, random) => {
  const channel = random.pick(simulation.oracle.channelsOf(tab.user).filter(({ made }) => made.kind !== 'dm'));
  if (channel === undefined) return null;
  request(simulation, tab, {
    what: 'leave',
    work: (core, actor) => core.chat.leave(actor, channel.id),
    isStored: () => channel.log.some((event) => event.type === 'left' && event.user === tab.user),
  });
  return `leaves ${channel.id}`;
});

export const invite = asTab((simulation, tab, random) => {
  const channel = random.pick(simulation.oracle.channelsOf(tab.user).filter(({ made }) => made.kind !== 'dm'));
  const user = random.pick(simulation.users);
  if (channel === undefined || user === undefined) return null;
  request(simulation, tab, {
    what: 'invite',
    work: (core, actor) => core.chat.addMember(actor, channel.id, user.id),
    isStored: () => channel.members.has(user.id) || channel.past.has(user.id),
  });
  return `invites ${user.id} to ${channel.id}`;
});

/** Removes a member, possibly while that member is sending. */
export const removeMember = asTab((simulation, tab, random) => {
  const channel = random.pick(simulation.oracle.channelsOf(tab.user).filter(({ made }) => made.createdBy === tab.user));
  const user = random.pick([...(channel?.members.keys() ?? [])].filter((member) => member !== tab.user));
  if (channel === undefined || user === undefined) return null;
  request(simulation, tab, {
    what: 'remove',
    work: (core, actor) => core.chat.removeMember(actor, channel.id, user),
    isStored: () => channel.log.some((event) => event.type === 'left' && event.user === user),
  });
  return `removes ${user} from ${channel.id}`;
});

export const rename = asTab((simulation, tab, random) => {
  const channel = random.pick(simulation.oracle.channelsOf(tab.user).filter(({ made }) => made.createdBy === tab.user));
  if (channel === undefined || channel.made.kind === 'dm') return null;
  const topic = withCanary(channel.id, `topic ${random.below(100)}`);
  request(simulation, tab, {
    what: 'rename',
    work: (core, actor) => core.chat.updateChannel(actor, channel.id, { topic }),
    isStored: () => channel.log.some((event) => event.type === 'renamed' && event.topic === topic),
  });
  return `gives ${channel.id} a topic`;
});

/** Sends a message again over HTTP, like a retry that was overtaken by another retry. */
export const echo = asTab((simulation, tab, random) => {
  const own = [...simulation.sentMessages.all.values()].filter(({ device }) => device.user.id === tab.user);
  const sent = random.pick(own.slice(-5));
  if (sent === undefined) return null;
  const { id, text: body, channel } = sent;
  const to = simulation.users.find((user) => dmOf(tab.user, user.id) === channel)?.id;
  const target = to === undefined ? { channel } : { to };
  simulation.sentMessages.sentTwice(id);
  // It may be stored before those that its connection sent earlier.
  simulation.oracle.sendCounts.set(id, (simulation.oracle.sendCounts.get(id) ?? 0) + 1);
  request(simulation, tab, {
    what: 'echo',
    work: (core, actor) => core.chat.send(actor, { ...target, id, body }),
    isStored: () => simulation.oracle.messages.has(id),
  });
  return `sends ${id} again over HTTP`;
});

export const renameOneself = asTab((simulation, tab, random) => {
  const { id } = tab.device.user;
  const asked = simulation.request(tab.process, async (_core, bus) => {
    await simulation.renameUser(id, `Name ${random.below(100)}`);
    bus.publish('nodes', { kind: 'profile', user: id });
  });
  asked.catch((error: unknown) =>
    simulation.note(() => `  ${tab.clientId} hears nothing of its new name: ${String(error)}`),
  );
  return `renames ${id}`;
});
