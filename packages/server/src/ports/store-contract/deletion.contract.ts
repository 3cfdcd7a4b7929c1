import { expect, test } from 'vitest';
import { ANY_TIME, message, type StoreFixture } from './fixture.ts';

export function deletionContract(open: () => Promise<StoreFixture>): void {
  test('a deleted message is a tombstone in the history', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    const [root, id] = [crypto.randomUUID(), crypto.randomUUID()];
    await fixture.append(channel, message(ada, { id: root, body: 'root' }));
    await fixture.append(channel, message(ada, { id, body: 'secret @bob', thread: root, mentions: [bob] }));
    await fixture.append(channel, { type: 'edited', by: ada, id, body: 'secret' });
    await fixture.append(channel, { type: 'reacted', by: bob, id, emoji: '👍' });
    await fixture.append(channel, { type: 'deleted', by: ada, id });
    const { messages } = await fixture.store.messages(channel, { anchor: null, limit: 1 });
    expect(messages).toEqual([{ id, seq: 4, at: ANY_TIME, by: ada, deleted: true }]);
  });

  test('the log keeps the events of a deleted message, without its text', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    const [id, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const appended = await fixture.append(
      channel,
      message(ada, { id, body: 'secret', mentions: [ada] }),
      message(ada, { id: other, body: 'stays' }),
      { type: 'edited', by: ada, id, body: 'more secret' },
      { type: 'edited', by: ada, id: other, body: 'stays too' },
      { type: 'reacted', by: ada, id, emoji: '👍' },
      { type: 'edited', by: ada, id, body: 'most secret' },
    );
    const [gone] = await fixture.append(channel, { type: 'deleted', by: ada, id });
    const expected = appended.map((event) => {
      if (event.type === 'message' && event.message.id === id) return { ...event, message: { id, deleted: true } };
      if (event.type === 'edited' && event.id === id) return { ...event, body: '', deleted: true };
      return event;
    });
    const { events } = await fixture.store.eventsAfter(channel, 1, 100);
    expect(events).toEqual([...expected, gone]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  test('a message that is written, edited and deleted in one commit leaves no text', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    const id = crypto.randomUUID();
    await fixture.append(
      channel,
      message(ada, { id, body: 'secret' }),
      { type: 'edited', by: ada, id, body: 'secret as well' },
      { type: 'deleted', by: ada, id },
    );
    const page = await fixture.store.messages(channel, { anchor: null, limit: 10 });
    const log = await fixture.store.eventsAfter(channel, 0, 10);
    expect(JSON.stringify([page, log])).not.toContain('secret');
  });

  test('a deletion changes neither cursors nor counts', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    const id = crypto.randomUUID();
    await fixture.append(channel, message(ada, { id, body: '@bob', mentions: [bob] }));
    const before = await fixture.store.summaryOf(channel, bob);
    await fixture.append(channel, { type: 'deleted', by: ada, id });
    expect(await fixture.store.summaryOf(channel, bob)).toEqual({ ...before, lastSeq: 4 });
  });
}
