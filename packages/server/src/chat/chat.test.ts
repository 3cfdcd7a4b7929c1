import type { ServerFrame } from '@parley/protocol';
import { expect, test } from 'vitest';
import { chatFixture } from '#testing/chat-fixture.ts';

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

test('a message reaches every member, including the sender’s other devices, and nobody else', async () => {
  await using fixture = await chatFixture();
  const [ada, bob, eve] = [fixture.addUser('Ada'), fixture.addUser('Bob'), fixture.addUser('Eve')];
  const laptop = await fixture.connect(ada, 'laptop-of-ada');
  const phone = await fixture.connect(ada, 'phone-of-ada');
  const bobs = await fixture.connect(bob);
  const eves = await fixture.connect(eve);
  const made = await fixture.chat.createChannel(actor(ada), { name: 'plans', kind: 'private' });
  const channel = made.ok ? made.value.id : '';
  await fixture.chat.addMember(actor(ada), channel, bob.id);
  await laptop.send({ type: 'send', ref: 1, channel, id: uuid(1), body: 'canary' });
  for (const device of [laptop, phone, bobs]) {
    expect(device.of('message')).toMatchObject([
      { channel, seq: 3, by: ada.id, message: { id: uuid(1), body: 'canary' } },
    ]);
  }
  expect(laptop.of('ok')).toMatchObject([{ ref: 1, channel, seq: 3 }]);
  expect(JSON.stringify(eves.frames)).not.toContain('canary');
  expect(JSON.stringify(eves.frames)).not.toContain(channel);
});

test('`ready` comes first, and the events after it follow without a gap', async () => {
  await using fixture = await chatFixture();
  const ada = fixture.addUser('Ada');
  const first = await fixture.connect(ada, 'first-device');
  for (let n = 1; n <= 20; n += 1) {
    void first.send({ type: 'send', channel: 'c_general', id: uuid(n), body: `message ${n}` });
    if (n === 10) void fixture.connect(ada, 'second-device');
  }
  const second = await fixture.connect(ada, 'third-device-x');
  expect(second.frames[0]?.type).toBe('ready');
  const general = second.of('ready')[0]?.channels[0];
  const seqs = second.of('message').map((event) => event.seq);
  expect([general?.lastSeq, ...seqs].every((seq, index, all) => index === 0 || seq === (all[index - 1] ?? 0) + 1)).toBe(
    true,
  );
});

test('a repeated id returns the first seq, and is stored and sent once', async () => {
  await using fixture = await chatFixture();
  const ada = fixture.addUser('Ada');
  const device = await fixture.connect(ada);
  for (const ref of [1, 2, 3]) {
    await device.send({ type: 'send', ref, channel: 'c_general', id: uuid(1), body: `attempt ${ref}` });
  }
  expect(device.of('message')).toHaveLength(1);
  expect(new Set(device.of('ok').map(({ seq }) => seq)).size).toBe(1);
});

test('the same id twice in one commit is stored once', async () => {
  await using fixture = await chatFixture();
  const ada = fixture.addUser('Ada');
  const device = await fixture.connect(ada);
  const command = { channel: 'c_general', id: uuid(1), body: 'once' };
  const outcomes = await Promise.all([1, 2, 3].map(() => fixture.chat.send(actor(ada), command)));
  expect(new Set(outcomes.map((outcome) => (outcome.ok ? outcome.value.seq : 0))).size).toBe(1);
  await device.send({ type: 'ping', ref: 9 });
  expect(device.of('message')).toHaveLength(1);
});

test('the same id from another author, or in another channel, is a conflict', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  const bobs = await fixture.connect(bob);
  await adas.send({ type: 'send', ref: 1, channel: 'c_general', id: uuid(1), body: 'mine' });
  await bobs.send({ type: 'send', ref: 1, channel: 'c_general', id: uuid(1), body: 'stolen' });
  await adas.send({ type: 'send', ref: 2, to: bob.id, id: uuid(1), body: 'elsewhere' });
  expect(bobs.of('error')).toMatchObject([{ ref: 1, code: 'conflict' }]);
  expect(adas.of('error')).toMatchObject([{ ref: 2, code: 'conflict' }]);
  expect(bobs.of('channel')).toEqual([]);
});

test('a first direct message opens the channel for both, and only for them', async () => {
  await using fixture = await chatFixture();
  const [ada, bob, eve] = [fixture.addUser('Ada'), fixture.addUser('Bob'), fixture.addUser('Eve')];
  const adas = await fixture.connect(ada);
  const bobs = await fixture.connect(bob);
  const eves = await fixture.connect(eve);
  await adas.send({ type: 'send', ref: 1, to: bob.id, id: uuid(1), body: 'psst' });
  await bobs.send({ type: 'send', ref: 1, to: ada.id, id: uuid(2), body: 'yes?' });
  const [channel] = bobs.of('channel').map((frame) => frame.channel);
  expect(channel).toMatchObject({ kind: 'dm', members: [ada.id, bob.id], unread: 0 });
  for (const device of [adas, bobs]) {
    expect(device.of('message').map((event) => event.channel)).toEqual([channel?.id, channel?.id]);
    const joined = device.of('channel')[0]?.channel;
    expect(seqsFollow(device.frames, joined?.id ?? '', joined?.lastSeq ?? -1)).toBe(true);
  }
  expect(eves.frames.filter((frame) => frame.type !== 'ready' && frame.type !== 'joined')).toEqual([]);
});

test('a removed member gets nothing that follows, and may do nothing', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  const bobs = await fixture.connect(bob);
  const made = await fixture.chat.createChannel(actor(ada), { name: 'plans', kind: 'private' });
  const channel = made.ok ? made.value.id : '';
  await fixture.chat.addMember(actor(ada), channel, bob.id);
  await adas.send({ type: 'send', channel, id: uuid(1), body: 'before' });
  await fixture.chat.removeMember(actor(ada), channel, bob.id);
  await adas.send({ type: 'send', channel, id: uuid(2), body: 'canary' });
  const frames = bobs.frames.slice(bobs.frames.findIndex((frame) => frame.type === 'removed') + 1);
  expect(frames).toEqual([]);
  await bobs.send({ type: 'send', ref: 1, channel, id: uuid(3), body: 'still here' });
  await bobs.send({ type: 'sync', ref: 2, channel, after: 0 });
  await bobs.send({ type: 'history', ref: 3, channel });
  await bobs.send({ type: 'typing', channel, on: true });
  await bobs.send({ type: 'read', ref: 4, channel, seq: 1 });
  await bobs.send({ type: 'react', ref: 5, channel, id: uuid(1), emoji: '👍' });
  expect(bobs.of('error').map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'not_found'));
});

test('a member who left and joins again gets the events in between by sync only', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  const bobs = await fixture.connect(bob);
  const made = await fixture.chat.createChannel(actor(ada), { name: 'plans', kind: 'public' });
  const channel = made.ok ? made.value.id : '';
  await fixture.chat.join(actor(bob), channel);
  await fixture.chat.leave(actor(bob), channel);
  await adas.send({ type: 'send', channel, id: uuid(1), body: 'between' });
  await fixture.chat.join(actor(bob), channel);
  const again = bobs.of('channel').at(-1)?.channel;
  expect(again).toMatchObject({ id: channel, lastSeq: 4, unread: 0 });
  expect(bobs.frames.at(-1)).toMatchObject({ type: 'joined', seq: 5 });
});

test('only the author edits and deletes; a deleted message keeps no text anywhere', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  const bobs = await fixture.connect(bob);
  const channel = 'c_general';
  await adas.send({ type: 'send', channel, id: uuid(1), body: 'canary one' });
  await adas.send({ type: 'edit', ref: 1, channel, id: uuid(1), body: 'canary two' });
  await bobs.send({ type: 'edit', ref: 1, channel, id: uuid(1), body: 'forged' });
  await bobs.send({ type: 'delete', ref: 2, channel, id: uuid(1) });
  expect(bobs.of('error').map(({ code }) => code)).toEqual(['forbidden', 'forbidden']);
  await adas.send({ type: 'delete', ref: 2, channel, id: uuid(1) });
  const late = await fixture.connect(bob, 'late-device-of-bob');
  await late.send({ type: 'sync', ref: 1, channel, after: 0 });
  await late.send({ type: 'history', ref: 2, channel });
  expect(JSON.stringify(late.frames)).not.toContain('canary');
  expect(late.of('messages')[0]?.messages).toMatchObject([{ id: uuid(1), deleted: true }]);
});

test('a command whose effect exists already stores nothing', async () => {
  await using fixture = await chatFixture();
  const ada = fixture.addUser('Ada');
  const device = await fixture.connect(ada);
  const channel = 'c_general';
  await device.send({ type: 'send', channel, id: uuid(1), body: 'same' });
  await device.send({ type: 'edit', ref: 1, channel, id: uuid(1), body: 'same' });
  await device.send({ type: 'react', ref: 2, channel, id: uuid(1), emoji: '👍' });
  await device.send({ type: 'react', ref: 3, channel, id: uuid(1), emoji: '👍' });
  await device.send({ type: 'unreact', ref: 4, channel, id: uuid(1), emoji: '👎' });
  await device.send({ type: 'delete', ref: 5, channel, id: uuid(1) });
  await device.send({ type: 'delete', ref: 6, channel, id: uuid(1) });
  expect(device.of('ok').map(({ ref }) => ref)).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await fixture.store.heads([channel])).get(channel)).toBe(4);
});

test('a mention counts for the user it names, and as unread for everybody else', async () => {
  await using fixture = await chatFixture();
  const [ada, bob, cid] = [fixture.addUser('Ada'), fixture.addUser('Bob'), fixture.addUser('Cid')];
  const adas = await fixture.connect(ada);
  await fixture.connect(bob);
  await fixture.connect(cid);
  await adas.send({ type: 'send', channel: 'c_general', id: uuid(1), body: 'hello @bob and @nobody' });
  expect(adas.of('message')[0]?.message).toMatchObject({ mentions: [bob.id] });
  const counts = await Promise.all([ada, bob, cid].map((user) => fixture.store.summaryOf('c_general', user.id)));
  expect(counts.map((summary) => [summary?.unread, summary?.mentions])).toEqual([
    [0, 0],
    [1, 1],
    [1, 0],
  ]);
});

test('a read cursor moves forward only, and is sent to the user’s other devices', async () => {
  await using fixture = await chatFixture();
  const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
  const adas = await fixture.connect(ada);
  const laptop = await fixture.connect(bob, 'laptop-of-bob');
  const phone = await fixture.connect(bob, 'phone-of-bob');
  for (const n of [1, 2, 3]) await adas.send({ type: 'send', channel: 'c_general', id: uuid(n), body: `m${n}` });
  const last = adas.of('message').at(-1)?.seq ?? 0;
  await laptop.send({ type: 'read', ref: 1, channel: 'c_general', seq: last - 1 });
  await laptop.send({ type: 'read', ref: 2, channel: 'c_general', seq: 1 });
  await laptop.send({ type: 'read', ref: 3, channel: 'c_general', seq: last + 1000 });
  expect(laptop.of('ok').map(({ ref }) => ref)).toEqual([1, 2, 3]);
  expect(laptop.of('read')).toEqual([]);
  expect(phone.of('read').map(({ seq, unread }) => [seq, unread])).toEqual([
    [last - 1, 1],
    [last, 0],
  ]);
});

function actor(user: { readonly id: string; readonly role: 'owner' | 'admin' | 'member' }) {
  return { user: user.id, role: user.role };
}

function seqsFollow(frames: readonly ServerFrame[], channel: string, from: number): boolean {
  const seqs = frames.flatMap((frame) =>
    'seq' in frame && 'by' in frame && frame.channel === channel ? [frame.seq] : [],
  );
  return seqs.every((seq, index) => seq === from + index + 1);
}
