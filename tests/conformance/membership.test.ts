import { randomUUID } from 'node:crypto';
import { channelReply, type ChannelId, type ServerFrame } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import { canary, post, startFixture, stored, type TestUser, type ServerFixture } from '@parley/testkit/server-fixture';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let fixture: ServerFixture;

beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function users(count: number): Promise<TestUser[]> {
  return Promise.all(Array.from({ length: count }, () => fixture.user()));
}

function eventsOf(channel: ChannelId, frames: readonly ServerFrame[]) {
  return frames.filter((frame) => 'seq' in frame && 'by' in frame && frame.channel === channel);
}

describe('delivery', () => {
  test('[LG1] [LG3] every connection of every member receives the same log in the same order', async () => {
    const [ada, bob, eve] = (await users(3)) as [TestUser, TestUser, TestUser];
    const channel = await createChannel([ada, bob, eve]);
    const clients = await Promise.all([ada, ada, bob, bob, eve].map((user) => user.connect()));
    const start = clients[0]!.ready.channels.find(({ id }) => id === channel)!.lastSeq;
    await Promise.all(clients.flatMap((client) => Array.from({ length: 20 }, () => post(client, channel))));
    await Promise.all(clients.map((client) => client.settle()));
    const logs = clients.map(({ frames }) => eventsOf(channel, frames));
    for (const log of logs) {
      expect(log).toEqual(logs[0]);
      expect(log.map((event) => ('seq' in event ? event.seq : 0))).toEqual(log.map((_, index) => start + 1 + index));
    }
    expect(logs[0]).toHaveLength(100);
  });

  test('[LG3] a message posted over HTTP is delivered over the WebSocket', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const channel = await createChannel([ada, bob]);
    const bobs = await bob.connect();
    const id = randomUUID();
    expect((await ada.api('POST', `/channels/${channel}/messages`, { id, body: 'by post' })).status).toBe(200);
    expect(await bobs.waitFor('message', { message: { id } })).toMatchObject({
      by: ada.id,
      message: { body: 'by post' },
    });
  });
});

describe('private channels', () => {
  test('[LG4] no byte about a private channel reaches a non-member', async () => {
    const [ada, bob, eve] = (await users(3)) as [TestUser, TestUser, TestUser];
    const eves = await eve.connect();
    const [name, topic, renamed, body, edited] = [canary(), canary(), canary(), canary(), canary()];
    const { channel } = (await ada.api('POST', '/channels', { name, topic, kind: 'private' })).as(channelReply);
    await ada.api('POST', `/channels/${channel.id}/members`, { user: bob.id });
    const adas = await ada.connect();
    const { id } = await post(adas, channel.id, `${body} @${eve.handle}`);
    await stored(adas, { type: 'edit', channel: channel.id, id, body: edited });
    await stored(adas, { type: 'react', channel: channel.id, id, emoji: '🤫' });
    adas.send({ type: 'typing', channel: channel.id, on: true });
    await adas.ask({ type: 'read', channel: channel.id, seq: 3 });
    await ada.api('PATCH', `/channels/${channel.id}`, { name: renamed });
    await stored(adas, { type: 'delete', channel: channel.id, id });
    await adas.settle();
    const late = await eve.connect();
    await Promise.all([eves.settle(), late.settle()]);
    const lists = await Promise.all([
      eve.api('GET', '/channels'),
      eve.api('GET', `/channels/${channel.id}/messages`),
      eve.api('GET', `/channels/${channel.id}/members`),
      eve.api('POST', `/channels/${channel.id}/join`),
      eve.api('GET', '/users?q='),
    ]);
    const everything = [...eves.texts, ...late.texts, ...lists.map(({ text }) => text)].join('\n');
    for (const secret of [name, topic, renamed, body, edited, channel.id, id, '🤫']) {
      expect(everything).not.toContain(secret);
    }
  });

  test('[LG4] creating a channel does not reveal that a private one has the same name', async () => {
    const [ada, eve] = (await users(2)) as [TestUser, TestUser];
    const name = canary();
    expect((await ada.api('POST', '/channels', { name, kind: 'private' })).status).toBeLessThan(300);
    expect((await eve.api('POST', '/channels', { name, kind: 'private' })).status).toBeLessThan(300);
    expect((await eve.api('POST', '/channels', { name, kind: 'public' })).status).toBeLessThan(300);
  });
});

describe('joining a channel', () => {
  test('[PR1] [LG12] the `channel` frame precedes all events of the channel, and they have no gap', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const channel = await createChannel([ada]);
    const adas = await ada.connect();
    await post(adas, channel);
    const [bobs, bobsPhone] = [await bob.connect(), await bob.connect()];
    await ada.api('POST', `/channels/${channel}/members`, { user: bob.id });
    const { seq } = await post(adas, channel);
    for (const client of [bobs, bobsPhone]) {
      await client.waitFor('message', { channel, seq });
      const [gained] = client.received('channel');
      expect(gained!.channel).toMatchObject({
        id: channel,
        kind: 'private',
        lastSeq: 2,
        readSeq: 2,
        unread: 0,
        mentions: 0,
      });
      const events = eventsOf(channel, client.frames);
      expect(client.frames.indexOf(gained!)).toBeLessThan(client.frames.indexOf(events[0]!));
      expect(events).toMatchObject([
        { type: 'joined', seq: 3, by: ada.id, user: bob.id },
        { type: 'message', seq: 4 },
      ]);
    }
    expect(await adas.waitFor('joined', { user: bob.id })).toMatchObject({ channel, by: ada.id });
  });

  test('[PR1] [LG15] the creator of a channel receives it on every device', async () => {
    const [ada] = (await users(1)) as [TestUser];
    const [adas, phone] = [await ada.connect(), await ada.connect()];
    const channel = await createChannel([ada], 'public');
    for (const client of [adas, phone]) {
      const gained = await client.waitFor('channel', { channel: { id: channel } });
      expect(gained.channel).toMatchObject({ kind: 'public', lastSeq: 0, createdBy: ada.id });
      expect(await client.waitFor('joined', { channel })).toMatchObject({ seq: 1, user: ada.id, by: ada.id });
    }
  });

  test('[PR1] a user who joins and leaves repeatedly receives a log without gaps', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const channel = await createChannel([ada], 'public');
    const [adas, bobs] = [await ada.connect(), await bob.connect()];
    const talk = Array.from({ length: 100 }, () => post(adas, channel));
    for (let round = 0; round < 10; round += 1) {
      await bob.api('POST', `/channels/${channel}/join`);
      await bob.api('POST', `/channels/${channel}/leave`);
    }
    await bob.api('POST', `/channels/${channel}/join`);
    await Promise.all(talk);
    const { seq } = await post(adas, channel);
    await bobs.waitFor('message', { channel, seq });
    let have = Number.NaN;
    for (const frame of bobs.frames) {
      if (frame.type === 'channel') have = frame.channel.lastSeq;
      else if (frame.type === 'removed') have = Number.NaN;
      else if ('by' in frame && frame.channel === channel) {
        expect(frame.seq).toBe(have + 1);
        have = frame.seq;
      }
    }
    expect(have).toBe(seq);
  });
});

describe('leaving a channel', () => {
  test('[PR2] [LG12] a removed member receives no more events on any device, and every request is refused', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const channel = await createChannel([ada, bob]);
    const [adas, bobs, phone] = [await ada.connect(), await bob.connect(), await bob.connect()];
    const mine = await post(bobs, channel);
    expect((await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`)).status).toBe(204);
    for (const question of [{ type: 'sync', after: 0 }, { type: 'history' }, { type: 'read', seq: 1 }]) {
      expect(await bobs.ask({ ...question, channel })).toMatchObject({ type: 'error', code: 'not_found' });
    }
    expect(await bobs.ask({ type: 'send', channel, id: randomUUID(), body: 'x' })).toMatchObject({ code: 'not_found' });
    expect((await bob.api('GET', `/channels/${channel}/messages`)).status).toBe(404);
    expect(await adas.waitFor('left')).toMatchObject({ channel, user: bob.id, by: ada.id });
    const secret = canary();
    await post(adas, channel, secret);
    adas.send({ type: 'typing', channel, on: true });
    await adas.settle();
    for (const client of [bobs, phone]) {
      const removed = await client.waitFor('removed', { channel });
      await client.settle();
      const after = client.frames.slice(client.frames.indexOf(removed) + 1);
      expect(JSON.stringify(after.filter(({ type }) => type !== 'error'))).not.toContain(channel);
      expect(client.texts.join('\n')).not.toContain(secret);
    }
    const late = await bob.connect();
    expect(late.texts[0]).not.toContain(channel);
    expect(await bobs.ask({ type: 'send', channel, id: mine.id, body: 'hello' })).toMatchObject({
      type: 'ok',
      seq: mine.seq,
    });
  });

  test('[PR2] [LG12] a removed member can’t resume with an old position', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const channel = await createChannel([ada, bob]);
    const { seq } = await post(await ada.connect(), channel);
    await bob.api('POST', `/channels/${channel}/leave`);
    const bobs = await bob.connect();
    expect(await bobs.ask({ type: 'sync', channel, after: seq })).toMatchObject({ code: 'not_found' });
    const pong = await bobs.ask({ type: 'ping' });
    expect(JSON.stringify(pong)).not.toContain(channel);
  });

  test('[PR2] a member removed under load receives no message that was stored after the removal', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const channel = await createChannel([ada, bob]);
    const [adas, bobs] = [await ada.connect(), await bob.connect()];
    const talk = Array.from({ length: 200 }, () => post(adas, channel));
    await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`);
    await Promise.all(talk);
    const left = await adas.waitFor('left', { channel, user: bob.id });
    await bobs.waitFor('removed', { channel });
    await bobs.settle();
    const seqs = bobs.received('message', { channel }).map(({ seq }) => seq);
    for (const seq of seqs) expect(seq).toBeLessThan(left.seq);
    expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
  });
});

describe('names, profiles and presence', () => {
  test('[LG13] [HT19] a rename delivers both name and topic to every member', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const channel = await createChannel([ada, bob]);
    const bobs = await bob.connect();
    const { name } = bobs.ready.channels.find(({ id }) => id === channel)!;
    await ada.api('PATCH', `/channels/${channel}`, { topic: 'what we do' });
    expect(await bobs.waitFor('renamed')).toMatchObject({ channel, seq: 3, by: ada.id, name, topic: 'what we do' });
    await ada.api('PATCH', `/channels/${channel}`, { name: 'new name' });
    expect(await bobs.waitFor('renamed', { name: 'new name' })).toMatchObject({ seq: 4, topic: 'what we do' });
  });

  test('[PR4] [HT13] a changed profile is sent to other users and to the user’s own devices', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const [adas, bobs] = [await ada.connect(), await bob.connect()];
    await ada.api('PATCH', '/me', { name: 'Countess' });
    for (const client of [adas, bobs]) {
      expect(await client.waitFor('user', { user: { id: ada.id } })).toMatchObject({
        user: { name: 'Countess', handle: ada.handle },
      });
    }
  });

  test('[PR5] direct message partners see each other’s presence, and others do not', async () => {
    const [ada, bob, eve] = (await users(3)) as [TestUser, TestUser, TestUser];
    const [adas, eves] = [await ada.connect(), await eve.connect()];
    await stored(adas, { type: 'send', to: bob.id, id: randomUUID(), body: 'psst' });
    const bobs = await bob.connect();
    expect(await adas.waitFor('presence', { user: bob.id })).toMatchObject({ state: 'online' });
    expect(bobs.ready.online).toEqual([ada.id]);
    await bobs.close();
    expect(await adas.waitFor('presence', { user: bob.id, state: 'offline' })).toBeDefined();
    expect((await ada.connect()).ready.online).toEqual([]);
    await eves.settle();
    expect(eves.received('presence')).toHaveLength(0);
  });

  test('[PR5] a quick reconnect sends no presence change', async () => {
    const [ada, bob] = (await users(2)) as [TestUser, TestUser];
    const adas = await ada.connect();
    await stored(adas, { type: 'send', to: bob.id, id: randomUUID(), body: 'psst' });
    const bobs = await bob.connect();
    await adas.waitFor('presence', { user: bob.id, state: 'online' });
    await bobs.close();
    await (await bob.connect()).settle();
    await adas.settle();
    expect(adas.received('presence', { user: bob.id })).toHaveLength(1);
  });
});
