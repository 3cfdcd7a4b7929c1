import { expect, test } from 'vitest';
import { StoreUnavailable } from '../store.ts';
import { EMPTY_SCOPE, message, NOTHING, type Draft, type World } from './fixture.ts';

/** A decision that contradicts what is stored is a bug of the caller: refused as a whole, and never as `StoreUnavailable`. */
export function integrityContract(open: () => Promise<World>): void {
  async function expectRefused(world: World, commit: Promise<unknown>): Promise<void> {
    const error: unknown = await commit.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(StoreUnavailable);
    await world.store.probe();
  }

  test('a second message with one id is refused, and with it the whole commit', async () => {
    await using world = await open();
    const ada = await world.user('Ada');
    const [channel, other] = [await world.channel([ada]), await world.channel([ada])];
    const first = message(ada, { body: 'first' });
    await world.append(channel, first);
    const second = message(ada, { id: first.message.id, body: 'second' });
    await expectRefused(world, world.append(other, message(ada, { body: 'innocent' }), second));
    expect((await world.store.messages(other, { anchor: null, limit: 10 })).messages).toEqual([]);
    expect(await world.say(other, ada, 'afterwards')).toEqual([2]);
    const twin = message(ada, { body: 'twin' });
    await expectRefused(world, world.append(channel, twin, twin));
    expect((await world.store.messages(channel, { anchor: null, limit: 10 })).messages).toHaveLength(1);
  });

  test('an event that would leave a hole, or come twice, is refused', async () => {
    await using world = await open();
    const ada = await world.user('Ada');
    const channel = await world.channel([ada]);
    for (const seq of [0, 1, 3]) {
      const events = [world.place(message(ada, { body: 'x' }), channel, seq)];
      await expectRefused(
        world,
        world.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, events })),
      );
    }
    const gap = [2, 4].map((seq) => world.place(message(ada, { body: 'x' }), channel, seq));
    await expectRefused(
      world,
      world.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, events: gap })),
    );
    expect(await world.store.eventsAfter(channel, 0, 10)).toMatchObject({ lastSeq: 1, events: [{ seq: 1 }] });
  });

  test('an event of no channel is refused', async () => {
    await using world = await open();
    const ada = await world.user('Ada');
    const events = [world.place(message(ada, { body: 'x' }), 'c_none', 1)];
    await expectRefused(
      world,
      world.store.commit(EMPTY_SCOPE, () => ({ ...NOTHING, events })),
    );
    expect((await world.store.eventsAfter('c_none', 0, 10)).events).toEqual([]);
  });

  test('a public name is taken once, whatever its case; private channels share names', async () => {
    await using world = await open();
    const ada = await world.user('Ada');
    await world.channel([ada], { kind: 'public', name: 'Élan' });
    await expectRefused(world, world.channel([ada], { kind: 'public', name: 'éLAN' }));
    await world.channel([ada], { kind: 'private', name: 'Élan' });
    await world.channel([ada], { kind: 'private', name: 'Élan' });
    const other = await world.channel([ada], { kind: 'public', name: 'other' });
    await expectRefused(world, world.append(other, { type: 'renamed', by: ada, name: 'ÉLAN', topic: '' }));
    await world.append(other, { type: 'renamed', by: ada, name: 'Other', topic: 'same name, new case' });
  });

  test('what contradicts the state of a message or a member is refused', async () => {
    await using world = await open();
    const [ada, bob] = [await world.user('Ada'), await world.user('Bob')];
    const [channel, other] = [await world.channel([ada]), await world.channel([ada])];
    const [id, gone, none] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    await world.append(channel, message(ada, { id, body: 'x' }), message(ada, { id: gone, body: 'x' }));
    await world.append(channel, { type: 'deleted', by: ada, id: gone }, { type: 'reacted', by: ada, id, emoji: '👍' });
    const before = await world.store.eventsAfter(channel, 0, 100);
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
    for (const draft of contradictions) await expectRefused(world, world.append(channel, draft));
    await expectRefused(world, world.append(other, { type: 'edited', by: ada, id, body: 'from another channel' }));
    await expectRefused(world, world.append(other, { type: 'deleted', by: ada, id }));
    expect(await world.store.eventsAfter(channel, 0, 100)).toEqual(before);
    expect(await world.store.memberIds(channel)).toEqual([ada]);
  });
}
