import { randomUUID } from 'node:crypto';
import type { ChannelId } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import { newName, post, stored } from '@parley/testkit/server-fixture';
import { describe, expect, test as base } from 'vitest';
import { withTwoMembers } from './two-members.ts';

const test = withTwoMembers(base).extend('send', ({ channel }) => (command: object = {}) => ({
  type: 'send',
  channel,
  id: randomUUID(),
  body: 'hello',
  ...command,
}));

describe('a message', () => {
  test('[SD1] a message is acknowledged with the seq and time of its event', async ({
    ada,
    channel,
    adas,
    bobs,
    send,
  }) => {
    const command = send();
    const before = Date.now();
    const ok = await stored(adas, command);
    const after = Date.now();
    const event = await bobs.waitFor('message', { message: { id: command.id } });
    expect(ok).toMatchObject({ channel, seq: event.seq, at: event.at });
    expect(event.at).toBeGreaterThanOrEqual(before - 5_000);
    expect(event.at).toBeLessThanOrEqual(after + 5_000);
    expect(event).toMatchObject({ channel, by: ada.id, message: { id: command.id, body: 'hello' } });
  });

  test('[SD1] an acknowledged message is in every later read', async ({ channel, adas, bobs }) => {
    for (let times = 0; times < 20; times += 1) {
      const { id } = await post(adas, channel);
      expect(await bobs.ask({ type: 'history', channel, limit: 1 })).toMatchObject({ messages: [{ id }] });
    }
  });

  test('[SD2] a send without exactly one of channel and user is malformed', async ({ bob, adas, send }) => {
    const { channel: _channel, ...nowhere } = send();
    expect(await adas.ask(nowhere)).toMatchObject({ type: 'error', code: 'bad_request' });
    expect(await adas.ask(send({ to: bob.id }))).toMatchObject({ type: 'error', code: 'bad_request' });
  });

  test('[SD5] [LG3] five hundred pipelined messages are stored and delivered in the order of sending', async ({
    channel,
    adas,
    bobs,
    send,
  }) => {
    const ids = Array.from({ length: 500 }, () => randomUUID());
    for (const id of ids) adas.send(send({ id }));
    await bobs.waitFor('message', { message: { id: ids.at(-1) } });
    await adas.settle();
    for (const client of [adas, bobs]) {
      const messages = client.received('message', { channel });
      expect(messages.map(({ message }) => message.id)).toEqual(ids);
      expect(messages.map(({ seq }) => seq)).toEqual(ids.map((_, index) => messages[0]!.seq + index));
    }
  });

  test('[SD9] [ER3] a command to a channel of others is answered exactly as to one that does not exist', async ({
    bob,
    adas,
    send,
  }) => {
    const secret = await createChannel([bob]);
    const open = await createChannel([bob], 'public');
    const commands = (id: ChannelId) => [
      send({ channel: id }),
      { type: 'edit', channel: id, id: randomUUID(), body: 'x' },
      { type: 'delete', channel: id, id: randomUUID() },
      { type: 'react', channel: id, id: randomUUID(), emoji: '👍' },
      { type: 'unreact', channel: id, id: randomUUID(), emoji: '👍' },
      { type: 'typing', channel: id, on: true },
      { type: 'read', channel: id, seq: 1 },
      { type: 'sync', channel: id, after: 0 },
      { type: 'history', channel: id },
    ];
    for (const [index, command] of commands('c_nowhere').entries()) {
      const absent = await adas.ask(command);
      expect(absent).toMatchObject({ type: 'error', code: 'not_found' });
      for (const id of [secret, open]) {
        const { ref: _one, ...forbidden } = { ...(await adas.ask(commands(id)[index]!)) };
        const { ref: _other, ...missing } = { ...absent };
        expect(forbidden).toEqual(missing);
      }
    }
  });

  test('[SD11] a message with attachments is malformed', async ({ adas, send }) => {
    expect(await adas.ask(send({ attachments: [] }))).toMatchObject({ type: 'ok' });
    expect(await adas.ask(send({ attachments: ['f_1'] }))).toMatchObject({ type: 'error', code: 'bad_request' });
  });
});

describe('repeated message ids', () => {
  test('[SD3] a repeated send is answered with the first seq, whatever its body, and is not delivered', async ({
    ada,
    channel,
    adas,
    bobs,
    send,
  }) => {
    const command = send();
    const first = await stored(adas, command);
    const { seq: later } = await post(adas, channel);
    for (const repeat of [command, { ...command, body: 'something else' }, { ...command, thread: command.id }]) {
      expect(await stored(adas, repeat)).toMatchObject({ channel, seq: first.seq, at: first.at });
    }
    const elsewhere = await ada.connect();
    expect(await stored(elsewhere, command)).toMatchObject({ seq: first.seq });
    await bobs.settle();
    expect(bobs.received('message', { message: { id: command.id } })).toHaveLength(1);
    expect(await bobs.ask({ type: 'sync', channel, after: later })).toMatchObject({ events: [], lastSeq: later });
  });

  test('[SD3] fifty concurrent sends of one id, over two connections and HTTP, store one message', async ({
    ada,
    channel,
    adas,
    bobs,
    send,
  }) => {
    const { id, ...command } = send();
    const other = await ada.connect();
    const replies = await Promise.all(
      Array.from({ length: 48 }, (_, index) => stored(index % 2 === 0 ? adas : other, { ...command, id })),
    );
    const viaHttp = await ada.api('POST', `/channels/${channel}/messages`, { id, body: command.body });
    const seqs = new Set(replies.map(({ seq }) => seq));
    expect(seqs.size).toBe(1);
    expect(JSON.parse(viaHttp.text)).toMatchObject({ seq: [...seqs][0] });
    await bobs.settle();
    expect(bobs.received('message', { message: { id } })).toHaveLength(1);
  });

  test('[SD3] a repeated send after an edit or a delete is answered with the first seq and restores nothing', async ({
    channel,
    adas,
    bobs,
    send,
  }) => {
    const command = send();
    const { seq } = await stored(adas, command);
    await stored(adas, { type: 'edit', channel, id: command.id, body: 'better' });
    expect(await stored(adas, command)).toMatchObject({ seq });
    await stored(adas, { type: 'delete', channel, id: command.id });
    expect(await stored(adas, command)).toMatchObject({ seq });
    expect(await bobs.ask({ type: 'history', channel })).toMatchObject({
      messages: [{ id: command.id, deleted: true }],
    });
  });

  test('[SD4] the same id from another author is a conflict', async ({ adas, bobs, send }) => {
    const command = send();
    await stored(adas, command);
    expect(await bobs.ask(command)).toMatchObject({ type: 'error', code: 'conflict' });
    await adas.settle();
    expect(adas.received('message', { message: { id: command.id } })).toHaveLength(1);
  });

  test('[SD4] the same id in another channel or a direct message is a conflict', async ({
    ada,
    bob,
    adas,
    bobs,
    send,
  }) => {
    const command = send();
    await stored(adas, command);
    const other = await createChannel([ada, bob]);
    expect(await adas.ask({ ...command, channel: other })).toMatchObject({ type: 'error', code: 'conflict' });
    const { channel: _channel, ...rest } = command;
    expect(await adas.ask({ ...rest, to: bob.id })).toMatchObject({ type: 'error', code: 'conflict' });
    await bobs.settle();
    expect(bobs.received('channel', { channel: { kind: 'dm' } })).toHaveLength(0);
  });

  test('[SD4] one of two concurrent sends of one id by different authors is a conflict', async ({
    adas,
    bobs,
    send,
  }) => {
    for (let round = 0; round < 10; round += 1) {
      const command = send();
      const replies = await Promise.all([adas.ask(command), bobs.ask(command)]);
      expect(replies.map(({ type }) => type).toSorted()).toEqual(['error', 'ok']);
    }
  });
});

describe('direct messages', () => {
  const sendTo = (to: string, command: object = {}) => ({
    type: 'send',
    to,
    id: randomUUID(),
    body: 'psst',
    ...command,
  });

  test('[SD6] [SD7] [LG15] a first direct message creates the channel on every connection of both users', async ({
    ada,
    bob,
    adas,
    bobs,
  }) => {
    const bobsPhone = await bob.connect();
    const command = sendTo(bob.id);
    const ok = await stored(adas, command);
    for (const client of [adas, bobs, bobsPhone]) {
      const message = await client.waitFor('message', { message: { id: command.id } });
      expect(message).toMatchObject({ channel: ok.channel, seq: ok.seq, by: ada.id });
      const gained = client.received('channel', { channel: { id: ok.channel } });
      expect(gained).toHaveLength(1);
      const { kind, name, members, lastSeq } = gained[0]!.channel;
      expect({ kind, name }).toEqual({ kind: 'dm', name: '' });
      expect(members!.toSorted()).toEqual([ada.id, bob.id].toSorted());
      const events = client.frames.filter((frame) => 'seq' in frame && 'by' in frame && frame.channel === ok.channel);
      expect(client.frames.indexOf(gained[0]!)).toBeLessThan(client.frames.indexOf(events[0]!));
      const seqs = events.map((event) => ('seq' in event ? event.seq : 0));
      expect(seqs).toEqual(seqs.map((_, index) => lastSeq + 1 + index));
      expect(seqs.at(-1)).toBe(ok.seq);
    }
    const log = await bobs.ask({ type: 'sync', channel: ok.channel, after: 0 });
    expect(log).toMatchObject({ events: [{ type: 'joined' }, { type: 'joined' }, { type: 'message' }] });
  });

  test('[SD6] the reply to a direct message is stored in the same channel', async ({ ada, bob, adas, bobs, send }) => {
    const there = await stored(adas, sendTo(bob.id));
    const back = await stored(bobs, sendTo(ada.id));
    expect(back).toMatchObject({ channel: there.channel, seq: there.seq + 1 });
    const { channel: _channel, ...direct } = send();
    expect(await stored(bobs, { ...direct, channel: there.channel })).toMatchObject({ seq: there.seq + 2 });
  });

  test('[SD6] concurrent first direct messages create one channel', async ({ ada, bob, adas, bobs }) => {
    const [there, back] = await Promise.all([stored(adas, sendTo(bob.id)), stored(bobs, sendTo(ada.id))]);
    expect(there.channel).toBe(back.channel);
    await adas.settle();
    expect(adas.received('channel')).toHaveLength(1);
  });

  test('[SD3] a repeated direct message is answered with the first seq', async ({ bob, adas, bobs }) => {
    const command = sendTo(bob.id);
    const first = await stored(adas, command);
    const again = await Promise.all(Array.from({ length: 5 }, () => stored(adas, command)));
    for (const repeat of again) expect(repeat).toMatchObject({ channel: first.channel, seq: first.seq });
    await bobs.settle();
    expect(bobs.received('message', { message: { id: command.id } })).toHaveLength(1);
  });

  test('[SD6] a direct message to oneself has one member', async ({ ada, adas, bobs }) => {
    const ok = await stored(adas, sendTo(ada.id));
    const { channel: gained } = await adas.waitFor('channel', { channel: { id: ok.channel } });
    expect(gained).toMatchObject({ kind: 'dm', members: [ada.id] });
    expect(await stored(adas, sendTo(ada.id))).toMatchObject({ channel: ok.channel, seq: ok.seq + 1 });
    await bobs.settle();
    expect(bobs.received('channel')).toHaveLength(0);
  });

  test('[SD8] a direct message to an unknown user is refused as not_found and creates nothing', async ({
    bob,
    channel,
    adas,
  }) => {
    for (const to of ['u_nobody', channel, `${bob.id}x`]) {
      expect(await adas.ask(sendTo(to)), to).toMatchObject({ type: 'error', code: 'not_found' });
    }
    await adas.settle();
    expect(adas.received('channel')).toHaveLength(0);
  });

  test('[LG4] other users neither receive nor find a direct message', async ({ fixture, bob, adas }) => {
    const eve = await fixture.user();
    const eves = await eve.connect();
    const ok = await stored(adas, sendTo(bob.id));
    await eves.settle();
    expect(eves.texts.join('\n')).not.toContain(ok.channel);
    for (const question of [{ type: 'history' }, { type: 'sync', after: 0 }, { type: 'read', seq: 1 }]) {
      expect(await eves.ask({ ...question, channel: ok.channel })).toMatchObject({ code: 'not_found' });
    }
  });
});

describe('threads and mentions', () => {
  test('[SD10] [LG8] a thread reply has the id of its root', async ({ channel, adas, bobs, send }) => {
    const root = await post(adas, channel);
    const reply = send({ thread: root.id });
    await stored(bobs, reply);
    expect(await adas.waitFor('message', { message: { id: reply.id } })).toMatchObject({
      message: { thread: root.id },
    });
    expect(await adas.ask({ type: 'history', channel })).toMatchObject({ messages: [{}, { thread: root.id }] });
  });

  test('[SD10] a thread reply to a message elsewhere, an unknown one or a reply is refused', async ({
    ada,
    channel,
    adas,
    send,
  }) => {
    const root = await post(adas, channel);
    const reply = send({ thread: root.id });
    await stored(adas, reply);
    const elsewhere = await post(adas, await createChannel([ada]));
    expect(await adas.ask(send({ thread: randomUUID() }))).toMatchObject({ code: 'not_found' });
    expect(await adas.ask(send({ thread: elsewhere.id }))).toMatchObject({ code: 'not_found' });
    expect(await adas.ask(send({ thread: reply.id }))).toMatchObject({ code: 'bad_request' });
  });

  test('[SD10] [ER3] a root in a channel of others is answered exactly as one that does not exist', async ({
    bob,
    adas,
    bobs,
    send,
  }) => {
    const secret = await post(bobs, await createChannel([bob]));
    const { ref: _one, ...there } = { ...(await adas.ask(send({ thread: secret.id }))) };
    const { ref: _other, ...nowhere } = { ...(await adas.ask(send({ thread: randomUUID() }))) };
    expect(there).toEqual(nowhere);
  });

  test('[SD12] [LG8] mentions list each member whose handle is in the body once', async ({
    fixture,
    ada,
    bob,
    channel,
    adas,
    bobs,
  }) => {
    const stranger = await fixture.user(newName());
    const body = `@${bob.handle.toUpperCase()} and @${bob.handle}, @${ada.handle}. Not @${stranger.handle} or @nobody-at-all`;
    const { id } = await post(adas, channel, body);
    const { message } = await bobs.waitFor('message', { message: { id } });
    if ('deleted' in message) throw new Error('it is not deleted');
    expect(message.mentions!.toSorted()).toEqual([ada.id, bob.id].toSorted());
    const plain = await post(adas, channel, `mail ${bob.handle}@example.org`);
    expect((await bobs.waitFor('message', { message: { id: plain.id } })).message).not.toHaveProperty('mentions');
  });
});
