import { expect, test } from 'vitest';
import { StoreUnavailable } from '../store.ts';
import { ANY_TIME, EMPTY_SCOPE, message, NOTHING, type StoreFixture } from './fixture.ts';

export function commitContract(open: () => Promise<StoreFixture>): void {
  test('the decision sees the rows that the scope names and that exist', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada], { kind: 'public', name: 'Général' });
    const [root, reply] = [crypto.randomUUID(), crypto.randomUUID()];
    await fixture.append(
      channel,
      message(ada, { id: root, body: 'root' }),
      message(ada, { id: reply, body: 'x', thread: root }),
    );
    await fixture.append(channel, { type: 'reacted', by: ada, id: root, emoji: '👍' });
    await fixture.append(channel, { type: 'deleted', by: ada, id: reply });
    const scope = {
      channels: [channel, 'c_none'],
      messages: [root, reply, crypto.randomUUID()],
      members: [
        { channel, user: ada },
        { channel, user: bob },
      ],
      handles: [
        { channel, handle: 'ada' },
        { channel, handle: 'bob' },
        { channel, handle: 'nobody' },
      ],
      reactions: [root],
      publicNames: ['général', 'none'],
      users: [ada, 'u_none'],
    };
    const state = await fixture.store.commit(scope, (state) => ({ ...NOTHING, result: state }));
    expect(state.channels).toEqual([
      { id: channel, kind: 'public', name: 'Général', topic: '', createdBy: ada, lastSeq: 5, memberCount: 1 },
    ]);
    expect(state.messages.toSorted((a, b) => a.seq - b.seq)).toEqual([
      { id: root, channel, seq: 2, at: ANY_TIME, by: ada, body: 'root' },
      { id: reply, channel, seq: 3, at: ANY_TIME, by: ada, body: null, thread: root },
    ]);
    expect(state.members).toEqual([{ channel, user: ada, readSeq: 0 }]);
    expect(state.handles).toEqual([{ channel, handle: 'ada', user: ada }]);
    expect(state.reactions).toEqual([{ message: root, emoji: '👍', user: ada }]);
    expect(state.publicNames).toEqual([{ name: 'général', channel }]);
    expect(state.users).toEqual([ada]);
  });

  test('the decision sees the users of a direct message', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const dm = await fixture.channel([bob, ada], { kind: 'dm' });
    const state = await fixture.store.commit({ ...EMPTY_SCOPE, channels: [dm] }, (result) => ({ ...NOTHING, result }));
    expect(state.channels[0]?.dmMembers).toEqual([bob, ada]);
  });

  test('a channel and its first events are stored in one commit', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    expect(await fixture.store.isMember(channel, ada)).toBe(true);
    expect(await fixture.store.eventsAfter(channel, 0, 10)).toMatchObject({
      lastSeq: 1,
      events: [{ type: 'joined', user: ada }],
    });
  });

  test('a decision that throws stores nothing, and commit rejects with its error', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    class HttpError extends Error {}
    await expect(
      fixture.store.commit({ ...EMPTY_SCOPE, channels: [channel] }, () => {
        throw new HttpError('no');
      }),
    ).rejects.toThrow(HttpError);
    expect((await fixture.store.eventsAfter(channel, 1, 10)).events).toEqual([]);
    expect(await fixture.send(channel, ada, 'still works')).toEqual([2]);
  });

  test('a decision without changes only returns its result', async () => {
    await using fixture = await open();
    expect(await fixture.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, result: 7 }))).toBe(7);
  });

  test('concurrent commits on one channel leave no hole and lose nothing', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    const bodies = Array.from({ length: 60 }, (_, index) => `message ${index}`);
    const seqs = await Promise.all(bodies.map((body) => fixture.send(channel, ada, body)));
    expect(seqs.flat().toSorted((a, b) => a - b)).toEqual(bodies.map((_, index) => index + 2));
    const { events, lastSeq } = await fixture.store.eventsAfter(channel, 0, 100);
    expect(lastSeq).toBe(61);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 61 }, (_, index) => index + 1));
  });

  test('of concurrent commits that create a missing channel, one creates it and the others see it', async () => {
    await using fixture = await open();
    const made = { id: 'c_once', kind: 'public', name: 'once', topic: '', createdBy: null, createdAt: 1 } as const;
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () =>
        fixture.store.commit({ ...EMPTY_SCOPE, channels: [made.id] }, ({ channels }) =>
          channels.length > 0 ? { ...NOTHING, result: 'seen' } : { ...NOTHING, result: 'made', channels: [made] },
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'seen')).toHaveLength(7);
  });

  test('one commit stores messages of many channels', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channels = [await fixture.channel([ada]), await fixture.channel([ada]), await fixture.channel([ada])];
    const events = [2, 3].flatMap((seq) =>
      channels.map((id) => fixture.toEvent(message(ada, { body: `${seq}` }), id, seq)),
    );
    await fixture.store.commit({ ...EMPTY_SCOPE, channels }, () => ({ ...NOTHING, events }));
    expect([...(await fixture.store.heads(channels)).values()]).toEqual([3, 3, 3]);
    for (const channel of channels) {
      const { messages } = await fixture.store.messages(channel, { anchor: null, limit: 10 });
      expect(messages.map(({ body }) => body)).toEqual(['2', '3']);
    }
  });

  test('one commit stores two thousand messages', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    await fixture.append(channel, ...Array.from({ length: 2_000 }, (_, index) => message(ada, { body: `${index}` })));
    const { messages } = await fixture.store.messages(channel, { anchor: null, limit: 1 });
    expect(messages).toMatchObject([{ seq: 2_001, body: '1999' }]);
  });

  test('one commit stores events that depend on one another', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada]);
    const [kept, gone] = [crypto.randomUUID(), crypto.randomUUID()];
    await fixture.append(
      channel,
      { type: 'joined', by: ada, user: bob },
      message(bob, { id: kept, body: 'first' }),
      message(bob, { id: gone, body: 'typo' }),
      { type: 'edited', by: bob, id: kept, body: 'second' },
      { type: 'edited', by: bob, id: kept, body: 'third' },
      { type: 'reacted', by: ada, id: kept, emoji: '👍' },
      { type: 'unreacted', by: ada, id: kept, emoji: '👍' },
      { type: 'reacted', by: bob, id: kept, emoji: '🎉' },
      { type: 'reacted', by: bob, id: gone, emoji: '🎉' },
      { type: 'deleted', by: bob, id: gone },
      { type: 'left', by: bob, user: bob },
      { type: 'joined', by: ada, user: bob },
    );
    const { messages } = await fixture.store.messages(channel, { anchor: null, limit: 10 });
    expect(messages).toMatchObject([
      { id: kept, body: 'third', reactions: [{ emoji: '🎉', users: [bob] }] },
      { id: gone, deleted: true },
    ]);
    expect(await fixture.store.memberIds(channel)).toEqual([ada, bob]);
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ memberCount: 2, readSeq: 12, lastSeq: 13 });
  });

  test('text is read back unchanged', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    const bodies = [
      `"quotes" 'and' \\ back\\slashes`,
      'a\n\tb\r\n\u0001',
      '🙂 \u{10FFFF} é e\u0301',
      '{"json":[null]}',
      ' \u2028 ',
    ];
    await fixture.send(channel, ada, ...bodies);
    const { messages } = await fixture.store.messages(channel, { anchor: null, limit: 10 });
    expect(messages.map(({ body }) => body)).toEqual(bodies);
    const { events } = await fixture.store.eventsAfter(channel, 1, 10);
    expect(events.map((event) => event.type === 'message' && 'body' in event.message && event.message.body)).toEqual(
      bodies,
    );
  });

  test('the epoch is stable, and the probe succeeds', async () => {
    await using fixture = await open();
    expect(await fixture.store.epoch()).toMatch(/^e_/);
    expect(await fixture.store.epoch()).toBe(await fixture.store.epoch());
    await fixture.store.probe();
  });

  test('a closed store is unavailable, and may be closed again', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    await fixture.store.close();
    await fixture.store.close();
    await expect(fixture.send(channel, ada, 'too late')).rejects.toThrow(StoreUnavailable);
    await expect(fixture.store.isMember(channel, ada)).rejects.toThrow(StoreUnavailable);
    await expect(fixture.store.probe()).rejects.toThrow(StoreUnavailable);
  });
}
