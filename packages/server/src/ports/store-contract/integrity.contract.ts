import { expect, test } from 'vitest';
import { StoreUnavailable } from '../store.ts';
import { EMPTY_SCOPE, message, NOTHING, type Draft, type StoreFixture } from './fixture.ts';

/** A decision that contradicts the stored data is a bug of the caller: it is refused as a whole, and never with `StoreUnavailable`. */
export function integrityContract(open: () => Promise<StoreFixture>): void {
  async function expectRefused(fixture: StoreFixture, commit: Promise<unknown>): Promise<void> {
    const error: unknown = await commit.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(StoreUnavailable);
    await fixture.store.probe();
  }

  test('a second message with the same id is refused with its whole commit', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const [channel, other] = [await fixture.channel([ada]), await fixture.channel([ada])];
    const first = message(ada, { body: 'first' });
    await fixture.append(channel, first);
    const second = message(ada, { id: first.message.id, body: 'second' });
    await expectRefused(fixture, fixture.append(other, message(ada, { body: 'innocent' }), second));
    expect((await fixture.store.messages(other, { anchor: null, limit: 10 })).messages).toEqual([]);
    expect(await fixture.send(other, ada, 'afterwards')).toEqual([2]);
    const twin = message(ada, { body: 'twin' });
    await expectRefused(fixture, fixture.append(channel, twin, twin));
    expect((await fixture.store.messages(channel, { anchor: null, limit: 10 })).messages).toHaveLength(1);
  });

  test('an event with a missing or duplicate seq is refused', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const channel = await fixture.channel([ada]);
    for (const seq of [0, 1, 3]) {
      const events = [fixture.toEvent(message(ada, { body: 'x' }), channel, seq)];
      await expectRefused(
        fixture,
        fixture.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, events })),
      );
    }
    const gap = [2, 4].map((seq) => fixture.toEvent(message(ada, { body: 'x' }), channel, seq));
    await expectRefused(
      fixture,
      fixture.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, events: gap })),
    );
    expect(await fixture.store.eventsAfter(channel, 0, 10)).toMatchObject({ lastSeq: 1, events: [{ seq: 1 }] });
  });

  test('an event of an unknown channel is refused', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    const events = [fixture.toEvent(message(ada, { body: 'x' }), 'c_none', 1)];
    await expectRefused(
      fixture,
      fixture.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, events })),
    );
    expect((await fixture.store.eventsAfter('c_none', 0, 10)).events).toEqual([]);
  });

  test('a public name is unique regardless of case, and private channels may share names', async () => {
    await using fixture = await open();
    const ada = await fixture.user('Ada');
    await fixture.channel([ada], { kind: 'public', name: 'Élan' });
    await expectRefused(fixture, fixture.channel([ada], { kind: 'public', name: 'éLAN' }));
    await fixture.channel([ada], { kind: 'private', name: 'Élan' });
    await fixture.channel([ada], { kind: 'private', name: 'Élan' });
    const other = await fixture.channel([ada], { kind: 'public', name: 'other' });
    await expectRefused(fixture, fixture.append(other, { type: 'renamed', by: ada, name: 'ÉLAN', topic: '' }));
    await fixture.append(other, { type: 'renamed', by: ada, name: 'Other', topic: 'same name, new case' });
  });

  test('an event that contradicts the state of a message or a member is refused', async () => {
    await using fixture = await open();
    const [ada, bob] = [await fixture.user('Ada'), await fixture.user('Bob')];
    const [channel, other] = [await fixture.channel([ada]), await fixture.channel([ada])];
    const [id, gone, none] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    await fixture.append(channel, message(ada, { id, body: 'x' }), message(ada, { id: gone, body: 'x' }));
    await fixture.append(
      channel,
      { type: 'deleted', by: ada, id: gone },
      { type: 'reacted', by: ada, id, emoji: '👍' },
    );
    const before = await fixture.store.eventsAfter(channel, 0, 100);
    const contradictions: Draft[] = [
      { type: 'edited', by: ada, id: gone, body: 'back again' },
      { type: 'edited', by: ada, id: none, body: 'x' },
      { type: 'deleted', by: ada, id: gone },
      { type: 'deleted', by: ada, id: none },
      { type: 'reacted', by: ada, id, emoji: '👍' },
      { type: 'unreacted', by: bob, id, emoji: '👍' },
      { type: 'joined', by: ada, user: ada },
      { type: 'joined', by: ada, user: 'u_none' },
      { type: 'left', by: bob, user: bob },
    ];
    for (const draft of contradictions) await expectRefused(fixture, fixture.append(channel, draft));
    await expectRefused(fixture, fixture.append(other, { type: 'edited', by: ada, id, body: 'from another channel' }));
    await expectRefused(fixture, fixture.append(other, { type: 'deleted', by: ada, id }));
    expect(await fixture.store.eventsAfter(channel, 0, 100)).toEqual(before);
    expect(await fixture.store.memberIds(channel)).toEqual([ada]);
  });
}
