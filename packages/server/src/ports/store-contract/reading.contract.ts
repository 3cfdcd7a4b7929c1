import { MAX_COUNTED_UNREAD } from '@parley/protocol';
import { expect, test } from 'vitest';
import { message, type StoreFixture } from './fixture.ts';

export function readingContract(open: () => Promise<StoreFixture>): void {
  membershipContract(open);
  batchContract(open);
  unreadContract(open);
  listContract(open);
}

function membershipContract(open: () => Promise<StoreFixture>): void {
  test('the members are the users who joined and have not left, in the order of joining', async () => {
    await using fixture = await open();
    const [ada, bob, cy] = [await fixture.user('Ada'), await fixture.user('Bob'), await fixture.user('Cy')];
    const channel = await fixture.channel([cy, ada, bob]);
    await fixture.append(channel, { type: 'left', by: ada, user: cy });
    expect(await fixture.store.memberIds(channel)).toEqual([ada, bob]);
    expect(await fixture.store.isMember(channel, cy)).toBe(false);
    expect(await fixture.store.isMember(channel, bob)).toBe(true);
    expect(await fixture.store.channelIdsOf(cy)).toEqual([]);
    expect(await fixture.store.channelIdsOf(bob)).toEqual([channel]);
    expect(await fixture.store.summaryOf(channel, cy)).toBeNull();
    await fixture.append(channel, { type: 'joined', by: ada, user: cy });
    expect(await fixture.store.memberIds(channel)).toEqual([ada, bob, cy]);
    expect(await fixture.store.summaryOf(channel, ada)).toMatchObject({ memberCount: 3 });
  });

  test('an unknown channel has no members', async () => {
    await using fixture = await open();
    expect(await fixture.store.isMember('c_none', 'u_none')).toBe(false);
    expect(await fixture.store.eventsForMember({ channel: 'c_none', user: 'u_none' }, 0, 10)).toBeNull();
    expect(await fixture.store.memberIds('c_none')).toEqual([]);
    expect(await fixture.store.summariesOf('u_none')).toEqual([]);
    expect(await fixture.store.summaryOf('c_none', 'u_none')).toBeNull();
  });

  test('a new member has no unread messages from before they joined', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada]);
    await fixture.send(channel, ada, 'early', 'earlier');
    await fixture.append(channel, { type: 'joined', by: ada, user: bob });
    await fixture.send(channel, ada, 'later');
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ lastSeq: 5, readSeq: 3, unread: 1 });
  });
}

function batchContract(open: () => Promise<StoreFixture>): void {
  test('the memberships of many users are read at once, without those of other users', async () => {
    await using fixture = await open();
    const [ada, bob, cy] = [await fixture.user('Ada'), await fixture.user('Bob'), await fixture.user('Cy')];
    const one = await fixture.channel([ada, bob]);
    const two = await fixture.channel([bob, cy]);
    await fixture.moveCursor(two, bob, 2);
    const found = await fixture.store.memberships([ada, bob, 'u_none']);
    expect(found).toHaveLength(3);
    const cursor = async (channel: string, user: string) => (await fixture.store.summaryOf(channel, user))?.readSeq;
    for (const [channel, user] of [
      [one, ada],
      [one, bob],
      [two, bob],
    ] as const) {
      expect(found).toContainEqual({ channel, user, readSeq: await cursor(channel, user) });
    }
    expect(await fixture.store.memberships([])).toEqual([]);
  });

  test('a digest changes with a cursor, a join and a leave, and with nothing else', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    const digestOf = async () => (await fixture.store.membershipDigests([ada, 'u_none'])).get(ada);
    const before = await digestOf();
    expect(before?.channels).toBe(1);
    await fixture.send(channel, bob, 'hello');
    expect(await digestOf()).toEqual(before);
    await fixture.moveCursor(channel, ada, 3);
    const moved = await digestOf();
    expect(moved).not.toEqual(before);
    const other = await fixture.channel([ada]);
    expect(await digestOf()).toMatchObject({ channels: 2 });
    await fixture.append(channel, { type: 'left', by: ada, user: ada });
    await fixture.append(other, { type: 'left', by: ada, user: ada });
    expect(await digestOf()).toBeUndefined();
    expect(await fixture.store.membershipDigests([])).toEqual(new Map());
  });

  test('the store has its own clock', async () => {
    await using fixture = await open();
    const before = await fixture.store.now();
    expect(Math.abs(before - Date.now())).toBeLessThan(60_000);
    expect(await fixture.store.now()).toBeGreaterThanOrEqual(before);
  });
}

function unreadContract(open: () => Promise<StoreFixture>): void {
  test('unread counts the messages of other users after the cursor, including deleted ones', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    const id = crypto.randomUUID();
    await fixture.append(channel, message(ada, { id, body: '3' }));
    await fixture.send(channel, bob, '4');
    await fixture.send(channel, ada, '5');
    await fixture.append(channel, { type: 'reacted', by: ada, id, emoji: '👍' }, { type: 'deleted', by: ada, id });
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ readSeq: 1, unread: 2 });
    expect(await fixture.store.summaryOf(channel, ada)).toMatchObject({ readSeq: 0, unread: 1 });
    await fixture.moveCursor(channel, bob, 4);
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ readSeq: 4, unread: 1 });
  });

  test('mentions counts the unread messages of other users that mention the user', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    await fixture.append(
      channel,
      message(ada, { body: '@bob', mentions: [bob] }),
      message(ada, { body: '@ada', mentions: [ada] }),
      message(bob, { body: '@bob', mentions: [bob] }),
      message(ada, { body: '@ada @bob', mentions: [ada, bob] }),
    );
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ unread: 3, mentions: 2 });
    expect(await fixture.store.summaryOf(channel, ada)).toMatchObject({ unread: 1, mentions: 0 });
    await fixture.moveCursor(channel, bob, 3);
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ unread: 2, mentions: 1 });
  });

  test('unread and mentions are counted up to a limit', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    const many = Array.from({ length: MAX_COUNTED_UNREAD + 5 }, () => message(ada, { body: '@bob', mentions: [bob] }));
    await fixture.append(channel, ...many);
    const limit = { unread: MAX_COUNTED_UNREAD, mentions: MAX_COUNTED_UNREAD };
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject(limit);
    expect(await fixture.store.summariesOf(bob)).toMatchObject([limit]);
  });

  test('many own messages do not hide the first messages of other users', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob]);
    const own = (count: number) => Array.from({ length: count }, () => message(bob, { body: 'own' }));
    await fixture.append(channel, ...own(2_000), message(ada, { body: '@bob', mentions: [bob] }), ...own(2_000));
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ unread: 1, mentions: 1 });
    await fixture.append(channel, ...own(2_000), message(ada, { body: 'too far behind to be looked at' }));
    expect(await fixture.store.summaryOf(channel, bob)).toMatchObject({ unread: 1 });
  });

  test('a cursor only moves forward, never beyond the head, and only for a member', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada]);
    await fixture.send(channel, ada, '2', '3', '4');
    const cursor = async () => (await fixture.store.summaryOf(channel, ada))?.readSeq;
    await fixture.moveCursor(channel, ada, 3);
    expect(await cursor()).toBe(3);
    await fixture.moveCursor(channel, ada, 2);
    expect(await cursor()).toBe(3);
    await fixture.moveCursor(channel, ada, 99);
    expect(await cursor()).toBe(4);
    await fixture.send(channel, ada, '5');
    expect(await cursor()).toBe(4);
    await fixture.moveCursor(channel, bob, 4);
    await fixture.moveCursor('c_none', ada, 4);
    expect(await fixture.store.isMember(channel, bob)).toBe(false);
  });
}

function listContract(open: () => Promise<StoreFixture>): void {
  test('a summary shows a channel as a member sees it', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada, bob], { kind: 'public', name: 'First' });
    const dm = await fixture.channel([bob, ada], { kind: 'dm' });
    await fixture.append(channel, { type: 'renamed', by: ada, name: 'Second', topic: 'what it is about' });
    const shared = { lastSeq: 3, readSeq: 0, unread: 0, mentions: 0, memberCount: 2, createdBy: ada };
    const expected = { id: channel, kind: 'public', name: 'Second', topic: 'what it is about', ...shared };
    expect(await fixture.store.summaryOf(channel, ada)).toEqual(expected);
    const dmShared = { lastSeq: 2, readSeq: 1, unread: 0, mentions: 0, memberCount: 2, createdBy: bob };
    const expectedDm = { id: dm, kind: 'dm', name: '', topic: '', members: [bob, ada], ...dmShared };
    expect(await fixture.store.summaryOf(dm, ada)).toEqual(expectedDm);
    const all = await fixture.store.summariesOf(ada);
    expect(all.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([expected, expectedDm]);
  });

  test('a channel without a creator has no createdBy', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const general = {
      id: 'c_general',
      kind: 'public',
      name: 'general',
      topic: '',
      createdBy: null,
      createdAt: 1,
    } as const;
    const joined = fixture.toEvent({ type: 'joined', by: ada, user: ada }, general.id, 1);
    await fixture.store.commit(
      { channels: [general.id], messages: [], members: [], handles: [], reactions: [], publicNames: [], users: [] },
      () => ({ result: null, channels: [general], events: [joined], cursors: [] }),
    );
    expect(await fixture.store.summaryOf(general.id, ada)).not.toHaveProperty('createdBy');
  });

  test('the list has the public channels and those of the user, by name', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const zoo = await fixture.channel([ada], { kind: 'public', name: 'zoo' });
    const apes = await fixture.channel([bob], { kind: 'public', name: 'Apes' });
    const mine = await fixture.channel([ada], { kind: 'private', name: 'Mine' });
    await fixture.channel([bob], { kind: 'private', name: 'not mine' });
    const dm = await fixture.channel([ada, bob], { kind: 'dm' });
    const row = { topic: '', memberCount: 1 };
    expect(await fixture.store.listChannels(ada)).toEqual([
      { id: dm, kind: 'dm', name: '', topic: '', memberCount: 2, joined: true, members: [ada, bob] },
      { id: apes, kind: 'public', name: 'Apes', ...row, joined: false },
      { id: mine, kind: 'private', name: 'Mine', ...row, joined: true },
      { id: zoo, kind: 'public', name: 'zoo', ...row, joined: true },
    ]);
  });
}
