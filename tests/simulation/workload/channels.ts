import type { Actor, Core, Outcome } from '@parley/server/testing';
import { dmOf, inChannel, roomName } from '../invariants/canaries.ts';
import type { Tab } from '../sim/client-tab.ts';
import type { World } from '../sim/simulation.ts';
import { byTab } from './operation.ts';

interface Request {
  /** For the count of what happened. */
  readonly what: string;
  readonly work: (core: Core, actor: Actor) => Promise<Outcome<unknown>>;
  /** Is it so, given what is stored? Asked when the answer is written. */
  readonly isStored: () => boolean;
}

/** Asks over HTTP. Whatever is answered with success must be stored by then. */
function ask(world: World, tab: Tab, { what, work, isStored }: Request): void {
  const { id, role } = tab.device.user;
  const asked = world.request(tab.machine, async (core) => {
    const outcome = await work(core, { user: id, role });
    if (outcome.ok && !isStored()) {
      world.violate('G1 durable', `${id} was told that ${what} is done, but it is not stored`);
    }
    world.count(`${what}: ${outcome.ok ? 'ok' : outcome.error.code}`);
  });
  // Lost on the way, or the store did not answer: the user does not know what became of it.
  asked.catch((error: unknown) => world.note(() => `  ${tab.clientId} hears nothing of ${what}: ${String(error)}`));
}

export const create = byTab((world, tab, dice) => {
  const name = roomName(1 + world.oracle.channels.size + dice.below(1_000_000_000));
  const kind = dice.chance(0.5) ? 'public' : 'private';
  ask(world, tab, {
    what: 'create',
    work: (core, actor) => core.chat.createChannel(actor, { name, kind }),
    isStored: () => world.oracle.byName.has(name),
  });
  return `makes ${name}, ${kind}`;
});

export const join = byTab((world, tab, dice) => {
  const channel = dice.pick([...world.oracle.channels.values()].filter(({ made }) => made.kind === 'public'));
  if (channel === undefined) return null;
  ask(world, tab, {
    what: 'join',
    work: (core, actor) => core.chat.join(actor, channel.id),
    isStored: () => channel.members.has(tab.user) || channel.past.has(tab.user),
  });
  return `joins ${channel.id}`;
});

export const leave = byTab((world, tab, dice) => {
  const channel = dice.pick(world.oracle.channelsOf(tab.user).filter(({ made }) => made.kind !== 'dm'));
  if (channel === undefined) return null;
  ask(world, tab, {
    what: 'leave',
    work: (core, actor) => core.chat.leave(actor, channel.id),
    isStored: () => channel.log.some((event) => event.type === 'left' && event.user === tab.user),
  });
  return `leaves ${channel.id}`;
});

export const invite = byTab((world, tab, dice) => {
  const channel = dice.pick(world.oracle.channelsOf(tab.user).filter(({ made }) => made.kind !== 'dm'));
  const user = dice.pick(world.users);
  if (channel === undefined || user === undefined) return null;
  ask(world, tab, {
    what: 'invite',
    work: (core, actor) => core.chat.addMember(actor, channel.id, user.id),
    isStored: () => channel.members.has(user.id) || channel.past.has(user.id),
  });
  return `invites ${user.id} to ${channel.id}`;
});

/** Perhaps while the other is sending. */
export const removeMember = byTab((world, tab, dice) => {
  const channel = dice.pick(world.oracle.channelsOf(tab.user).filter(({ made }) => made.createdBy === tab.user));
  const user = dice.pick([...(channel?.members.keys() ?? [])].filter((member) => member !== tab.user));
  if (channel === undefined || user === undefined) return null;
  ask(world, tab, {
    what: 'remove',
    work: (core, actor) => core.chat.removeMember(actor, channel.id, user),
    isStored: () => channel.log.some((event) => event.type === 'left' && event.user === user),
  });
  return `removes ${user} from ${channel.id}`;
});

export const rename = byTab((world, tab, dice) => {
  const channel = dice.pick(world.oracle.channelsOf(tab.user).filter(({ made }) => made.createdBy === tab.user));
  if (channel === undefined || channel.made.kind === 'dm') return null;
  const topic = inChannel(channel.id, `topic ${dice.below(100)}`);
  ask(world, tab, {
    what: 'rename',
    work: (core, actor) => core.chat.updateChannel(actor, channel.id, { topic }),
    isStored: () => channel.log.some((event) => event.type === 'renamed' && event.topic === topic),
  });
  return `gives ${channel.id} a topic`;
});

/** A message that was sent already arrives once more, by another way: a retry that somebody else's retry has overtaken. */
export const echo = byTab((world, tab, dice) => {
  const deeds = [...world.deeds.all.values()].filter(({ device }) => device.user.id === tab.user);
  const deed = dice.pick(deeds.slice(-5));
  if (deed === undefined) return null;
  const { id, text: body, channel } = deed;
  const to = world.users.find((user) => dmOf(tab.user, user.id) === channel)?.id;
  const target = to === undefined ? { channel } : { to };
  world.deeds.echoed(id);
  // It may be stored before those that its connection sent earlier.
  world.oracle.sendings.set(id, (world.oracle.sendings.get(id) ?? 0) + 1);
  ask(world, tab, {
    what: 'echo',
    work: (core, actor) => core.chat.send(actor, { ...target, id, body }),
    isStored: () => world.oracle.messages.has(id),
  });
  return `sends ${id} again over HTTP`;
});

export const renameOneself = byTab((world, tab, dice) => {
  const { id } = tab.device.user;
  const asked = world.request(tab.machine, async (_core, bus) => {
    await world.renameUser(id, `Name ${dice.below(100)}`);
    bus.publish('everyone', { kind: 'profile', user: id });
  });
  asked.catch((error: unknown) =>
    world.note(() => `  ${tab.clientId} hears nothing of its new name: ${String(error)}`),
  );
  return `renames ${id}`;
});
