import { randomUUID } from 'node:crypto';
import { createChannel } from '@parley/testkit/api-fixtures';
import { canary, post, stored } from '@parley/testkit/server-fixture';
import { describe, expect, test as base } from 'vitest';
import { withTwoMembers } from './two-members.ts';

const test = withTwoMembers(base)
  .extend('message', ({ adas, channel }) => post(adas, channel))
  .extend('on', ({ channel, message }) => (command: object) => ({ channel, id: message.id, ...command }));

describe('editing', () => {
  test('[CM1] [CM5] [LG9] an edit replaces the body and is delivered to every member', async ({
    ada,
    channel,
    adas,
    bobs,
    message,
    on,
  }) => {
    const ok = await stored(adas, on({ type: 'edit', body: 'better' }));
    expect(ok.seq).toBe(message.seq + 1);
    const event = await bobs.waitFor('edited', { id: message.id });
    expect(event).toEqual({
      type: 'edited',
      channel,
      seq: ok.seq,
      at: ok.at,
      by: ada.id,
      id: message.id,
      body: 'better',
    });
    expect(await bobs.ask({ type: 'history', channel })).toMatchObject({
      messages: [{ id: message.id, seq: message.seq, at: message.at, body: 'better', editedAt: ok.at }],
    });
  });

  test('[CM1] an edit of another user’s message is forbidden', async ({ channel, bobs, on }) => {
    expect(await bobs.ask(on({ type: 'edit', body: 'mine now' }))).toMatchObject({ type: 'error', code: 'forbidden' });
    expect(await bobs.ask({ type: 'history', channel })).toMatchObject({ messages: [{ body: 'hello' }] });
  });

  test('[CM4] an edit of a deleted message is refused as not_found', async ({ adas, on }) => {
    await stored(adas, on({ type: 'delete' }));
    expect(await adas.ask(on({ type: 'edit', body: 'back again' }))).toMatchObject({ code: 'not_found' });
  });

  test('[CM6] an edit to the same body is acknowledged and stores nothing', async ({
    channel,
    adas,
    bobs,
    message,
    on,
  }) => {
    await stored(adas, on({ type: 'edit', body: 'better' }));
    await stored(adas, on({ type: 'edit', body: 'better' }));
    await bobs.settle();
    expect(bobs.received('edited')).toHaveLength(1);
    expect(await bobs.ask({ type: 'sync', channel, after: 0 })).toMatchObject({ lastSeq: message.seq + 1 });
  });
});

describe('deleting', () => {
  test('[CM2] [CM5] [LG10] a delete leaves a tombstone and is delivered to every member', async ({
    ada,
    channel,
    adas,
    bobs,
    message,
    on,
  }) => {
    const ok = await stored(adas, on({ type: 'delete' }));
    expect(await bobs.waitFor('deleted', { id: message.id })).toEqual({
      type: 'deleted',
      channel,
      seq: ok.seq,
      at: ok.at,
      by: ada.id,
      id: message.id,
    });
  });

  test('[CM2] a delete of another user’s message is forbidden', async ({ channel, bobs, on }) => {
    expect(await bobs.ask(on({ type: 'delete' }))).toMatchObject({ type: 'error', code: 'forbidden' });
    expect(await bobs.ask({ type: 'history', channel })).toMatchObject({ messages: [{ body: 'hello' }] });
  });

  test('[CM6] a second delete is acknowledged and stores nothing', async ({ adas, bobs, on }) => {
    await stored(adas, on({ type: 'delete' }));
    await stored(adas, on({ type: 'delete' }));
    await bobs.settle();
    expect(bobs.received('deleted')).toHaveLength(1);
  });

  test('[LG14] a delete removes the text and its earlier versions from everything that can be read', async ({
    ada,
    bob,
    channel,
    adas,
    bobs,
  }) => {
    const [first, second] = [canary(), canary()];
    const { id } = await post(adas, channel, first);
    const reply = randomUUID();
    await stored(adas, { type: 'edit', channel, id, body: second });
    await stored(bobs, { type: 'react', channel, id, emoji: '👍' });
    await stored(bobs, { type: 'send', channel, id: reply, body: 'I agree', thread: id });
    await stored(adas, { type: 'delete', channel, id });
    const late = await bob.connect();
    const log = await late.ask({ type: 'sync', channel, after: 0 });
    const page = await late.ask({ type: 'history', channel });
    const viaHttp = await bob.api('GET', `/channels/${channel}/messages`);
    for (const text of [JSON.stringify(log), JSON.stringify(page), viaHttp.text]) {
      expect(text).not.toContain(first);
      expect(text).not.toContain(second);
    }
    if (log.type !== 'events' || page.type !== 'messages') throw new Error('not what was asked for');
    expect(log.events.find((event) => event.type === 'message' && event.message.id === id)).toMatchObject({
      message: { id, deleted: true },
    });
    expect(log.events.find((event) => event.type === 'edited')).toMatchObject({ id, body: '', deleted: true });
    expect(log.events.map(({ seq }) => seq)).toEqual(log.events.map((_, index) => index + 1));
    const tombstone = page.messages.find((one) => one.id === id);
    expect(tombstone).toMatchObject({ deleted: true, by: ada.id });
    expect(tombstone).not.toHaveProperty('body');
    expect(tombstone).not.toHaveProperty('reactions');
    expect(page.messages.find((one) => one.id === reply)).toMatchObject({ thread: id, body: 'I agree' });
  });
});

describe('reacting', () => {
  test('[LG11] [CM5] [SY6] a reaction and its removal are delivered to every member', async ({
    ada,
    bob,
    channel,
    adas,
    bobs,
    message,
    on,
  }) => {
    const react = on({ type: 'react', emoji: '👍' });
    const ok = await stored(bobs, react);
    const change = { channel, seq: ok.seq, at: ok.at, by: bob.id, id: message.id, emoji: '👍' };
    expect(await adas.waitFor('reacted')).toEqual({ type: 'reacted', ...change });
    await stored(adas, on({ type: 'react', emoji: '🎉' }));
    await stored(adas, react);
    const reactions = [
      { emoji: '👍', users: [bob.id, ada.id] },
      { emoji: '🎉', users: [ada.id] },
    ];
    expect(await adas.ask({ type: 'history', channel })).toMatchObject({ messages: [{ reactions }] });
    const back = await stored(bobs, on({ type: 'unreact', emoji: '👍' }));
    expect(await adas.waitFor('unreacted')).toEqual({ type: 'unreacted', ...change, seq: back.seq, at: back.at });
  });

  test('[CM6] a repeated reaction and the removal of an absent one are acknowledged and store nothing', async ({
    channel,
    adas,
    bobs,
    on,
  }) => {
    await stored(bobs, on({ type: 'react', emoji: '👍' }));
    const { seq } = await adas.waitFor('reacted');
    await stored(bobs, on({ type: 'react', emoji: '👍' }));
    await stored(bobs, on({ type: 'unreact', emoji: '🎉' }));
    expect(await adas.ask({ type: 'sync', channel, after: seq })).toMatchObject({ events: [], lastSeq: seq });
  });

  test('[CM7] a user can’t remove the reaction of another user', async ({ bob, channel, adas, bobs, on }) => {
    await stored(bobs, on({ type: 'react', emoji: '👍' }));
    await stored(adas, on({ type: 'unreact', emoji: '👍' }));
    expect(await adas.ask({ type: 'history', channel })).toMatchObject({
      messages: [{ reactions: [{ emoji: '👍', users: [bob.id] }] }],
    });
  });

  test('[CM4] a reaction to a deleted message is refused as not_found', async ({ adas, bobs, on }) => {
    await stored(bobs, on({ type: 'react', emoji: '👍' }));
    await stored(adas, on({ type: 'delete' }));
    expect(await bobs.ask(on({ type: 'react', emoji: '🎉' }))).toMatchObject({ code: 'not_found' });
    expect(await bobs.ask(on({ type: 'unreact', emoji: '👍' }))).toMatchObject({ code: 'not_found' });
  });

  test('[LM7] a message accepts at most 50 different emoji, each from any number of users', async ({
    adas,
    bobs,
    on,
  }) => {
    for (let number = 0; number < 50; number += 1) {
      await stored(adas, on({ type: 'react', emoji: String.fromCodePoint(0x1f600 + number) }));
    }
    expect(await adas.ask(on({ type: 'react', emoji: '🚀' }))).toMatchObject({ type: 'error', code: 'forbidden' });
    await stored(bobs, on({ type: 'react', emoji: String.fromCodePoint(0x1f600) }));
    await stored(adas, on({ type: 'unreact', emoji: String.fromCodePoint(0x1f601) }));
    await stored(adas, on({ type: 'react', emoji: '🚀' }));
  });
});

describe('unknown messages', () => {
  test('[CM3] [ER3] an unknown id and an id from another channel get the same not_found', async ({
    ada,
    channel,
    adas,
  }) => {
    const elsewhere = await post(adas, await createChannel([ada]));
    for (const command of [
      { type: 'edit', body: 'x' },
      { type: 'delete' },
      { type: 'react', emoji: '👍' },
      { type: 'unreact', emoji: '👍' },
    ]) {
      const { ref: _one, ...unknown } = { ...(await adas.ask({ ...command, channel, id: randomUUID() })) };
      const { ref: _other, ...misplaced } = { ...(await adas.ask({ ...command, channel, id: elsewhere.id })) };
      expect(unknown).toMatchObject({ type: 'error', code: 'not_found' });
      expect(misplaced).toEqual(unknown);
    }
  });

  test('[PR2] a removed member can’t change anything, not even their own messages', async ({
    ada,
    bob,
    channel,
    bobs,
  }) => {
    const { id } = await post(bobs, channel);
    expect((await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`)).status).toBe(204);
    for (const command of [
      { type: 'edit', id, body: 'x' },
      { type: 'delete', id },
      { type: 'react', id, emoji: '👍' },
      { type: 'unreact', id, emoji: '👍' },
    ]) {
      expect(await bobs.ask({ ...command, channel })).toMatchObject({ type: 'error', code: 'not_found' });
    }
  });
});
