import type { ChannelId, UserId } from '@parley/protocol';
import { expect, test } from 'vitest';
import type { MessageQuery } from '../store.ts';
import { ANY_TIME, message, type StoreFixture } from './fixture.ts';

type Anchor = MessageQuery['anchor'];

export function historyContract(open: () => Promise<StoreFixture>): void {
  pagesContract(open);
  viewContract(open);
}

/** The log: 1 is a join, 2–9 are messages, 10–12 reactions, 13 and 14 messages. */
async function openHistory(open: () => Promise<StoreFixture>) {
  const fixture = await open();
  const ada = await fixture.user('Ada');
  const channel = await fixture.channel([ada]);
  const id = crypto.randomUUID();
  await fixture.append(channel, message(ada, { id, body: '2' }));
  await fixture.send(channel, ada, '3', '4', '5', '6', '7', '8', '9');
  for (const emoji of ['👍', '🎉', '👀']) await fixture.append(channel, { type: 'reacted', by: ada, id, emoji });
  await fixture.send(channel, ada, '13', '14');
  return { fixture, channel, page: (anchor: Anchor, limit: number) => seqsOf(fixture, channel, { anchor, limit }) };
}

async function seqsOf(fixture: StoreFixture, channel: ChannelId, query: MessageQuery): Promise<string> {
  const page = await fixture.store.messages(channel, query);
  const seqs = page.messages.map(({ seq }) => seq).join(' ');
  return `${page.more ? '… ' : ''}${seqs}${page.moreAfter === true ? ' …' : ''}`;
}

function pagesContract(open: () => Promise<StoreFixture>): void {
  test('a page without an anchor has the latest messages, oldest first', async () => {
    const { fixture, page } = await openHistory(open);
    await using _ = fixture;
    expect(await page(null, 3)).toBe('… 9 13 14');
    expect(await page(null, 10)).toBe('2 3 4 5 6 7 8 9 13 14');
    expect(await page(null, 200)).toBe('2 3 4 5 6 7 8 9 13 14');
  });

  test('a page before a seq excludes it, and reports whether there are more on either side', async () => {
    const { fixture, page } = await openHistory(open);
    await using _ = fixture;
    expect(await page({ before: 13 }, 3)).toBe('… 7 8 9 …');
    expect(await page({ before: 12 }, 3)).toBe('… 7 8 9 …');
    expect(await page({ before: 5 }, 3)).toBe('2 3 4 …');
    expect(await page({ before: 5 }, 9)).toBe('2 3 4 …');
    expect(await page({ before: 2 }, 3)).toBe(' …');
    expect(await page({ before: 99 }, 2)).toBe('… 13 14');
  });

  test('a page after a seq excludes it, and reports whether there are more on either side', async () => {
    const { fixture, page } = await openHistory(open);
    await using _ = fixture;
    expect(await page({ after: 4 }, 3)).toBe('… 5 6 7 …');
    expect(await page({ after: 8 }, 3)).toBe('… 9 13 14');
    expect(await page({ after: 0 }, 2)).toBe('2 3 …');
    expect(await page({ after: 1 }, 99)).toBe('2 3 4 5 6 7 8 9 13 14');
    expect(await page({ after: 14 }, 5)).toBe('… ');
  });

  test('a page around a seq has it, or the message before it, in the middle', async () => {
    const { fixture, page } = await openHistory(open);
    await using _ = fixture;
    expect(await page({ around: 6 }, 4)).toBe('… 5 6 7 8 …');
    expect(await page({ around: 6 }, 5)).toBe('… 4 5 6 7 8 …');
    expect(await page({ around: 11 }, 4)).toBe('… 8 9 13 14');
    expect(await page({ around: 6 }, 1)).toBe('… 6 …');
  });

  test('a page around a seq takes more from one side when the other has too few', async () => {
    const { fixture, page } = await openHistory(open);
    await using _ = fixture;
    expect(await page({ around: 2 }, 4)).toBe('2 3 4 5 …');
    expect(await page({ around: 0 }, 4)).toBe('2 3 4 5 …');
    expect(await page({ around: 14 }, 4)).toBe('… 8 9 13 14');
    expect(await page({ around: 99 }, 4)).toBe('… 8 9 13 14');
    expect(await page({ around: 6 }, 99)).toBe('2 3 4 5 6 7 8 9 13 14');
  });

  test('a page reports the position of the log that it reflects', async () => {
    const { fixture, channel } = await openHistory(open);
    await using _ = fixture;
    expect((await fixture.store.messages(channel, { anchor: { before: 5 }, limit: 2 })).asOf).toBe(14);
  });
}

function viewContract(open: () => Promise<StoreFixture>): void {
  test('a plain message has only the fields that are set', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    const [event] = await fixture.append(
      channel,
      message(ada, { id: '3f2b1c00-0000-4000-8000-000000000001', body: 'hello' }),
    );
    const page = await fixture.store.messages(channel, { anchor: null, limit: 10 });
    expect(page).toEqual({
      channel,
      messages: [{ id: '3f2b1c00-0000-4000-8000-000000000001', seq: 2, at: event?.at, by: ada, body: 'hello' }],
      asOf: 2,
      more: false,
      moreAfter: false,
    });
  });

  test('a message shows its last edit, its thread and its mentions', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const channel = await fixture.channel([ada]);
    const [root, reply] = [crypto.randomUUID(), crypto.randomUUID()];
    await fixture.append(channel, message(ada, { id: root, body: 'root' }));
    await fixture.append(channel, message(ada, { id: reply, body: '@bob @ada', thread: root, mentions: [bob, ada] }));
    await fixture.append(channel, { type: 'edited', by: ada, id: reply, body: 'once' });
    const [edit] = await fixture.append(channel, { type: 'edited', by: ada, id: reply, body: 'twice' });
    const page = await fixture.store.messages(channel, { anchor: { after: 2 }, limit: 10 });
    expect(page.messages).toEqual([
      {
        id: reply,
        seq: 3,
        at: ANY_TIME,
        by: ada,
        body: 'twice',
        editedAt: edit?.at,
        thread: root,
        mentions: [bob, ada],
      },
    ]);
  });

  test('[SY6] an emoji keeps its position while any user has it, with users in the order of their reactions', async () => {
    await using fixture = await open();
    const people = [await fixture.user('Ada'), await fixture.user('Bob'), await fixture.user('Cy')];
    const [ada, bob, cy] = people as [UserId, UserId, UserId];
    const channel = await fixture.channel(people);
    const id = crypto.randomUUID();
    await fixture.append(channel, message(ada, { id, body: 'vote' }));
    const react = (by: UserId, emoji: string, type: 'reacted' | 'unreacted' = 'reacted') =>
      fixture.append(channel, { type, by, id, emoji });
    await react(cy, '🎉');
    await react(cy, '👍');
    await react(ada, '🎉');
    await react(bob, '👍');
    await react(ada, '👍');
    await react(cy, '🎉', 'unreacted');
    const reactions = async () =>
      (await fixture.store.messages(channel, { anchor: null, limit: 1 })).messages[0]?.reactions;
    expect(await reactions()).toEqual([
      { emoji: '🎉', users: [ada] },
      { emoji: '👍', users: [cy, bob, ada] },
    ]);
    await react(cy, '🎉');
    expect(await reactions()).toMatchObject([{ users: [ada, cy] }, { users: [cy, bob, ada] }]);
    await react(cy, '🎉', 'unreacted');
    await react(ada, '🎉', 'unreacted');
    for (const user of people) await react(user, '👍', 'unreacted');
    expect(await reactions()).toBeUndefined();
  });
}
