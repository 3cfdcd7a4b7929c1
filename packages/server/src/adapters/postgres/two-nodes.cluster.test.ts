import type { ChannelId, UserId } from '@parley/protocol';
import { createDatabase } from '@parley/testkit/postgres-server';
import { expect, inject, test } from 'vitest';
import { createChannel } from '#chat/channels/create-channel.ts';
import { createGeneral } from '#chat/channels/create-general.ts';
import { dmChannelId } from '#chat/channels/direct-message.ts';
import { GENERAL } from '#chat/channels/general.ts';
import { addMember, join } from '#chat/channels/membership.ts';
import { rename } from '#chat/channels/rename.ts';
import { send } from '#chat/messages/send.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Outcome } from '#kernel/outcome.ts';
import { EMPTY_SCOPE, NOTHING } from '#ports/store-contract/fixture.ts';
import { openNode, type TestNode } from '#testing/postgres-node.ts';

/** Two nodes on one database, with a user and channels of that user. */
async function twoNodes(channels = 1) {
  const url = await createDatabase(inject('postgresUrl'));
  const nodes = [await openNode(url), await openNode(url)] as const;
  const ada = await nodes[0].actor('Ada');
  const ids = Array.from({ length: channels }, (_, index) => `c_${index}`);
  for (const id of ids) await nodes[0].append(createChannel(ada, id, { kind: 'private', name: id }));
  return {
    url,
    nodes,
    ada,
    channel: ids[0] ?? '',
    channels: ids,
    async [Symbol.asyncDispose]() {
      for (const node of nodes) await node.close();
    },
  };
}

const sendHello = (node: TestNode, actor: Actor, to: { channel: ChannelId; id?: string }) =>
  node.append(send(actor, { id: crypto.randomUUID(), body: 'hello', ...to }));
const resultCode = <T>(outcome: Outcome<T>) => (outcome.ok ? 'ok' : outcome.error.code);
const range = (length: number) => Array.from({ length }, (_, index) => index);

async function logOf(node: TestNode, channel: ChannelId) {
  const { events, lastSeq } = await node.store.eventsAfter(channel, 0, 10_000);
  return { events, lastSeq, seqs: events.map(({ seq }) => seq) };
}

test('concurrent messages of two nodes in one channel get consecutive, unique seqs', async () => {
  await using fixture = await twoNodes();
  const { nodes, ada, channel } = fixture;
  const writing = nodes.map(async (node) => {
    const seqs: number[] = [];
    for (const _round of range(40)) {
      const outcomes = await Promise.all(range(5).map(() => sendHello(node, ada, { channel })));
      for (const outcome of outcomes) seqs.push(outcome.ok ? outcome.value.seq : 0);
    }
    return seqs;
  });
  const acknowledged = (await Promise.all(writing)).flat();
  const { lastSeq, seqs } = await logOf(nodes[0], channel);
  expect(lastSeq).toBe(401);
  expect(seqs).toEqual(range(401).map((index) => index + 1));
  expect(acknowledged.toSorted((a, b) => a - b)).toEqual(range(400).map((index) => index + 2));
});

test('a node sees what another node has stored immediately', async () => {
  await using fixture = await twoNodes();
  const [here, there] = fixture.nodes;
  for (const round of range(20)) {
    await sendHello(here, fixture.ada, { channel: fixture.channel });
    expect((await there.store.eventsAfter(fixture.channel, 0, 100)).lastSeq).toBe(round + 2);
  }
});

test('[SD4] one id sent to two channels on two nodes at once is one message and one conflict', async () => {
  await using fixture = await twoNodes(2);
  const { nodes, ada, channels } = fixture;
  for (const _round of range(25)) {
    const id = crypto.randomUUID();
    const outcomes = await Promise.all(
      nodes.map((node, index) => sendHello(node, ada, { channel: channels[index] ?? '', id })),
    );
    expect(outcomes.map(resultCode).toSorted()).toEqual(['conflict', 'ok']);
  }
  const logs = await Promise.all(channels.map((channel) => logOf(nodes[0], channel)));
  expect(logs.reduce((sum, { lastSeq }) => sum + lastSeq, 0)).toBe(25 + 2);
});

test('[SD3] a retry on another node, concurrent with its first attempt, gets the same seq', async () => {
  await using fixture = await twoNodes();
  for (const _round of range(25)) {
    const id = crypto.randomUUID();
    const [one, other] = await Promise.all(
      fixture.nodes.map((node) => sendHello(node, fixture.ada, { channel: fixture.channel, id })),
    );
    expect(one).toEqual(other);
  }
  expect((await logOf(fixture.nodes[0], fixture.channel)).lastSeq).toBe(26);
});

test('two users who write to each other first, on two nodes at once, share one direct message', async () => {
  await using fixture = await twoNodes();
  const [here, there] = fixture.nodes;
  for (const round of range(15)) {
    const [one, other] = [await here.actor(`one ${round}`), await here.actor(`other ${round}`)];
    const first = (node: TestNode, from: Actor, to: UserId) =>
      node.append(send(from, { to, id: crypto.randomUUID(), body: 'hi' }));
    const outcomes = await Promise.all([first(here, one, other.user), first(there, other, one.user)]);
    expect(outcomes.map(resultCode)).toEqual(['ok', 'ok']);
    const { events } = await logOf(here, dmChannelId(one.user, other.user));
    expect(events.map(({ type }) => type)).toEqual(['joined', 'joined', 'message', 'message']);
  }
});

test('of two public channels that take one name on two nodes at once, only one gets it', async () => {
  await using fixture = await twoNodes();
  const { nodes, ada } = fixture;
  for (const round of range(15)) {
    const name = `name ${round}`;
    const made = await Promise.all(
      nodes.map((node, index) => node.append(createChannel(ada, `c_${round}_${index}`, { kind: 'public', name }))),
    );
    expect(made.map(resultCode).toSorted()).toEqual(['conflict', 'ok']);
  }
  const [one, other] = ['c_one', 'c_other'];
  await nodes[0].append(createChannel(ada, one, { kind: 'public', name: 'one' }));
  await nodes[0].append(createChannel(ada, other, { kind: 'public', name: 'other' }));
  const renamed = await Promise.all(
    nodes.map((node, index) => node.append(rename(ada, index === 0 ? one : other, { name: 'Both' }))),
  );
  expect(renamed.map(resultCode).toSorted()).toEqual(['conflict', 'ok']);
});

test('nodes that start at once on a new database share its epoch, its secret and #general', async () => {
  const url = await createDatabase(inject('postgresUrl'));
  const nodes = await Promise.all(range(4).map(() => openNode(url)));
  const stateOf = async (node: TestNode) => ({
    general: resultCode(await node.append(createGeneral())),
    epoch: await node.store.epoch(),
    secret: await node.secret(),
  });
  const [first, ...others] = await Promise.all(nodes.map(stateOf));
  expect(first).toMatchObject({ general: 'ok' });
  expect(first?.secret.length).toBeGreaterThan(32);
  for (const other of others) expect(other).toEqual(first);
  expect(await nodes[0]?.store.heads([GENERAL])).toEqual(new Map([[GENERAL, 0]]));
  for (const node of nodes) await node.close();
});

test('commits that share channels, named in any order, never deadlock', async () => {
  await using fixture = await twoNodes(6);
  const { nodes, ada, channels } = fixture;
  const work = nodes.map(async ({ store }, node) => {
    for (const round of range(30)) {
      const order = channels.toSorted((a, b) => hash(a, round + node) - hash(b, round + node)).slice(0, 4);
      await store.commit({ ...EMPTY_SCOPE, channels: order }, (state) => ({
        ...NOTHING,
        events: state.channels.map(({ id, lastSeq }) => ({
          type: 'renamed',
          name: `${node} ${round}`,
          topic: '',
          channel: id,
          seq: lastSeq + 1,
          at: round,
          by: ada.user,
        })),
      }));
    }
  });
  await Promise.all(work);
  const heads = await nodes[0].store.heads(channels);
  expect([...heads.values()].reduce((sum, head) => sum + head, 0)).toBe(2 * 30 * 4 + channels.length);
});

const hash = (text: string, seed: number): number => (text.charCodeAt(2) * 7_919 + seed * 104_729) % 1_009;

test('a user who joins and is added on two nodes at once is one member', async () => {
  await using fixture = await twoNodes();
  const [here, there] = fixture.nodes;
  const id = 'c_open';
  await here.append(createChannel(fixture.ada, id, { kind: 'public', name: 'open' }));
  for (const round of range(15)) {
    const guest = await here.actor(`guest ${round}`);
    await Promise.all([here.append(addMember(fixture.ada, id, guest.user)), there.append(join(guest, id))]);
  }
  expect(await there.store.memberIds(id)).toHaveLength(16);
  const { events, lastSeq } = await logOf(here, id);
  expect([events.length, lastSeq]).toEqual([16, 16]);
});

test('a subject on two nodes at once gets one user, and users with the same name get different handles', async () => {
  await using fixture = await twoNodes();
  const made = await Promise.all(
    range(10).flatMap((number) => fixture.nodes.map(({ users }) => users.createForSubject(`s ${number}`, 'Bob'))),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(10);
  const handles = range(10).map((number) => (number === 0 ? 'bob' : `bob-${number + 1}`));
  expect([...new Set(made.map(({ handle }) => handle))].toSorted()).toEqual(handles.toSorted());
});

test('two nodes that change different fields of a user keep both changes', async () => {
  await using fixture = await twoNodes();
  const [here, there] = fixture.nodes;
  for (const round of range(10)) {
    const { user } = await here.actor(`user ${round}`);
    await Promise.all([here.users.update(user, { role: 'admin' }), there.users.update(user, { name: 'Renamed' })]);
    expect(await here.users.find(user)).toMatchObject({ role: 'admin', name: 'Renamed' });
  }
});
