import type { UserId } from '@parley/protocol';
import { expect, test } from 'vitest';
import { message, type StoreFixture } from './fixture.ts';

export function logContract(open: () => Promise<StoreFixture>): void {
  test('every type of event is read back as it was appended', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    const [root, reply] = [crypto.randomUUID(), crypto.randomUUID()];
    const appended = await fixture.append(
      channel,
      message(ada, { id: root, body: 'hello @bob', mentions: [bob] }),
      message(bob, { id: reply, body: 'hi', thread: root }),
      { type: 'edited', by: ada, id: root, body: 'hello' },
      { type: 'reacted', by: bob, id: root, emoji: '👍' },
      { type: 'unreacted', by: bob, id: root, emoji: '👍' },
      { type: 'renamed', by: ada, name: 'new name', topic: 'new topic' },
      { type: 'left', by: bob, user: bob },
      { type: 'joined', by: ada, user: bob },
    );
    expect((await fixture.store.eventsAfter(channel, 2, 100)).events).toEqual(appended);
  });

  test('events after a position are in order, limited, and come with the head', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    await fixture.send(channel, ada, 'a', 'b', 'c', 'd');
    const seqs = async (after: number, limit: number) =>
      (await fixture.store.eventsAfter(channel, after, limit)).events.map(({ seq }) => seq);
    expect(await seqs(0, 2)).toEqual([1, 2]);
    expect(await seqs(2, 2)).toEqual([3, 4]);
    expect(await seqs(4, 10)).toEqual([5]);
    expect(await seqs(5, 10)).toEqual([]);
    expect(await seqs(99, 10)).toEqual([]);
    expect((await fixture.store.eventsAfter(channel, 1, 1)).lastSeq).toBe(5);
  });

  test('a member gets the events, and a user who is not a member gets null', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada]);
    await fixture.send(channel, ada, 'a', 'b', 'c');
    const read = (user: UserId, after: number, limit: number) =>
      fixture.store.eventsForMember({ channel, user }, after, limit);
    expect(await read(ada, 1, 2)).toEqual(await fixture.store.eventsAfter(channel, 1, 2));
    expect(await read(ada, 4, 10)).toEqual({ events: [], lastSeq: 4 });
    expect(await read(bob, 0, 10)).toBeNull();
    await fixture.append(channel, { type: 'joined', by: ada, user: bob });
    expect((await read(bob, 0, 10))?.events).toHaveLength(5);
    await fixture.append(channel, { type: 'left', by: bob, user: bob });
    expect(await read(bob, 0, 10)).toBeNull();
  });

  test('a channel that does not exist has an empty log and no head', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    expect(await fixture.store.eventsAfter('c_none', 0, 10)).toEqual({ events: [], lastSeq: 0 });
    expect(await fixture.store.heads([channel, 'c_none'])).toEqual(new Map([[channel, 1]]));
    expect(await fixture.store.heads([])).toEqual(new Map());
    expect(await fixture.store.messages('c_none', { anchor: null, limit: 10 })).toMatchObject({
      messages: [],
      asOf: 0,
      more: false,
    });
  });
}
