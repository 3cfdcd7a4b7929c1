import { ADA, BOB, ClientFixture, GENERAL } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';

async function start(fixture: ClientFixture): Promise<ParleyClient> {
  fixture.server.addChannel(GENERAL, [ADA, BOB]);
  fixture.server.channel(GENERAL).readSeqs.set(ADA, 2);
  for (const body of ['a', 'b', 'c', 'd']) fixture.server.post(GENERAL, BOB, { body });
  return fixture.online(ADA);
}

const counts = (client: ParleyClient) => {
  const { unread, mentions, readSeq } = client.channelOf(GENERAL)!;
  return { unread, mentions, readSeq };
};

describe('unread counts', () => {
  test('unread counts include messages and mentions by others, and tombstones, but no own messages', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    expect(counts(ada)).toEqual({ unread: 4, mentions: 0, readSeq: 2 });
    fixture.server.post(GENERAL, BOB, { body: '@ada', mentions: [ADA], id: 'm' });
    fixture.server.post(GENERAL, ADA, { body: 'from my phone' });
    fixture.server.append(GENERAL, { type: 'deleted', by: BOB, id: 'm' });
    await fixture.clock.advance(100);
    expect(counts(ada)).toEqual({ unread: 5, mentions: 1, readSeq: 2 });
  });

  test('unread counts stop at 1,000', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    for (let index = 0; index < 1_010; index += 1) fixture.server.post(GENERAL, BOB, { mentions: [ADA] });
    await fixture.clock.advance(100);
    expect(counts(ada)).toMatchObject({ unread: 1_000, mentions: 1_000 });
  });
});

describe('markRead', () => {
  test('markRead counts the remaining messages from those loaded', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    ada.markRead(GENERAL, 4);
    expect(counts(ada)).toEqual({ unread: 2, mentions: 0, readSeq: 4 });
    ada.markRead(GENERAL, 3);
    expect(counts(ada).readSeq).toBe(4);
    ada.markRead(GENERAL, 99);
    expect(counts(ada)).toEqual({ unread: 0, mentions: 0, readSeq: 6 });
  });

  test('markRead subtracts the newly read messages if the end is not loaded', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    for (let index = 0; index < 100; index += 1) fixture.server.post(GENERAL, BOB);
    await fixture.clock.advance(100);
    ada.open(GENERAL, 2);
    await fixture.clock.advance(100);
    expect(ada.timeline(GENERAL).get().moreAfter).toBe(true);
    ada.markRead(GENERAL, 10);
    expect(counts(ada)).toEqual({ unread: 96, mentions: 0, readSeq: 10 });
  });

  test('markRead far from the loaded messages keeps the count until they are loaded', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    for (let index = 0; index < 30; index += 1) fixture.server.post(GENERAL, BOB);
    await fixture.clock.advance(100);
    ada.markRead(GENERAL, 20);
    expect(counts(ada)).toEqual({ unread: 34, mentions: 0, readSeq: 20 });
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    expect(counts(ada)).toEqual({ unread: 16, mentions: 0, readSeq: 20 });
  });

  test('markRead sends at most one cursor a second', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    for (const seq of [3, 4, 5, 6]) ada.markRead(GENERAL, seq);
    await fixture.clock.advance(100);
    expect(fixture.server.commands('read').map(({ seq }) => seq)).toEqual([3]);
    await fixture.clock.advance(1_000);
    expect(fixture.server.commands('read').map(({ seq }) => seq)).toEqual([3, 6]);
    await fixture.clock.advance(5_000);
    expect(fixture.server.commands('read')).toHaveLength(2);
  });

  test('markRead without a connection sends the cursor on the next, and ready does not undo it', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    fixture.server.connection.close();
    ada.markRead(GENERAL, 6);
    await fixture.clock.advance(2_000);
    expect(counts(ada)).toEqual({ unread: 0, mentions: 0, readSeq: 6 });
    expect(fixture.server.channel(GENERAL).readSeqs.get(ADA)).toBe(6);
  });
});

describe('[PR3] another device', () => {
  test('another device’s read moves the cursor, forward only', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    fixture.server.read(GENERAL, ADA, 4);
    await fixture.clock.advance(100);
    expect(counts(ada)).toEqual({ unread: 2, mentions: 0, readSeq: 4 });
    ada.markRead(GENERAL, 6);
    fixture.server.connection.send({ type: 'read', channel: GENERAL, seq: 5, unread: 1, mentions: 0 });
    await fixture.clock.advance(100);
    expect(counts(ada)).toEqual({ unread: 0, mentions: 0, readSeq: 6 });
  });

  test('a message that another device has read before it arrives here is not counted', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    fixture.server.filter = (frame) => (frame.type === 'message' ? [] : [frame]);
    fixture.server.post(GENERAL, BOB);
    fixture.server.read(GENERAL, ADA, 7);
    fixture.server.filter = null;
    fixture.server.post(GENERAL, BOB);
    await fixture.clock.advance(100);
    expect(counts(ada)).toEqual({ unread: 1, mentions: 0, readSeq: 7 });
  });
});
