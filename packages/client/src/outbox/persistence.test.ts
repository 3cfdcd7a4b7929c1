import { PING_MS, SEND_TIMEOUT_MS } from '@parley/protocol';
import { ADA, BOB, ClientWorld, GENERAL, shown } from '@parley/testkit';
import { describe, expect, test } from 'vitest';

const TAB = 'ada-tab-1';

/** A world in which a tab has written two messages without a connection, and was closed. */
async function leftBehind(): Promise<ClientWorld> {
  const world = new ClientWorld();
  world.server.addChannel(GENERAL, [ADA, BOB]);
  const tab = await world.online(ADA, TAB);
  world.server.verdict = { kind: 'unreachable' };
  world.server.connection.close();
  tab.send(GENERAL, 'one');
  tab.send(GENERAL, 'two');
  await tab.close();
  return world;
}

const sent = (world: ClientWorld) =>
  world.server.channel(GENERAL).log.flatMap((event) => {
    return event.type === 'message' && 'body' in event.message ? [event.message.body] : [];
  });

describe('a reload', () => {
  test('shows what was pending before the server has said anything, and sends it in order when it can', async () => {
    await using world = await leftBehind();
    const tab = world.client(ADA, TAB);
    tab.connect();
    await world.clock.advance(0);
    expect(shown(tab.timeline(GENERAL).get())).toEqual(['?one', '?two']);
    expect(tab.timeline(GENERAL).get().messages[0]?.by).toBe(ADA);
    world.server.verdict = null;
    tab.send(GENERAL, 'three');
    await world.clock.advance(5_000);
    expect(sent(world)).toEqual(['one', 'two', 'three']);
    expect(world.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('brings failures back, to be tried again or dismissed', async () => {
    await using world = await leftBehind();
    const tab = world.client(ADA, TAB);
    tab.connect();
    await world.clock.advance(31_000);
    expect(tab.failures.get()).toHaveLength(2);
    await tab.close();
    world.server.verdict = null;
    const reloaded = await world.online(ADA, TAB);
    const [first, second] = reloaded.failures.get();
    expect([first, second]).toMatchObject([
      { text: 'one', reason: 'offline' },
      { text: 'two', reason: 'offline' },
    ]);
    reloaded.retry(second!.id);
    reloaded.dismiss(first!.id);
    await world.clock.advance(100);
    expect(sent(world)).toEqual(['two']);
    expect(world.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('the next morning does not send last night’s message behind the user’s back', async () => {
    await using world = await leftBehind();
    world.clock.jump(8 * 3_600_000);
    world.server.verdict = null;
    const tab = await world.online(ADA, TAB);
    expect(sent(world)).toEqual([]);
    expect(tab.failures.get()).toMatchObject([{ text: 'one', reason: 'offline' }, { text: 'two' }]);
  });

  test('as another user neither shows nor sends what the first one wrote, and keeps it', async () => {
    await using world = await leftBehind();
    world.server.verdict = null;
    world.server.channel(GENERAL).members.add('u_eve');
    const eve = world.client('u_eve', TAB);
    eve.connect();
    await world.clock.advance(100);
    expect(shown(eve.timeline(GENERAL).get())).toEqual([]);
    eve.send(GENERAL, 'mine');
    await world.clock.advance(100);
    expect(sent(world)).toEqual(['mine']);
    expect(world.storage.entriesOf(ADA, TAB)).toHaveLength(2);
    await eve.close();
    await world.online(ADA, TAB);
    expect(sent(world)).toEqual(['mine', 'one', 'two']);
  });

  test('after a message was stored but its ok lost, sends it again, and it is there once', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    const tab = await world.online(ADA, TAB);
    world.server.fault = (frame) => (frame.type === 'ok' || frame.type === 'message' ? [] : [frame]);
    tab.send(GENERAL, 'once');
    await world.clock.advance(100);
    await tab.close();
    world.server.fault = null;
    const reloaded = await world.online(ADA, TAB);
    expect(sent(world)).toEqual(['once']);
    expect(shown(reloaded.timeline(GENERAL).get())).toEqual([]);
    expect(world.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('survives entries that another version of this code wrote', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    await world.storage.for(TAB).save(ADA, ['', 'null', '{"id":1}', '{"kind":"teleport","id":"x"}']);
    const tab = await world.online(ADA, TAB);
    tab.send(GENERAL, 'fine');
    await world.clock.advance(100);
    expect(sent(world)).toEqual(['fine']);
  });
});

describe('another user in the same tab', () => {
  test('what the first one had just written is kept for them, even by slow storage', async () => {
    await using world = await leftBehind();
    const tab = world.client('u_eve', TAB);
    tab.connect();
    await world.clock.advance(0);
    expect(shown(tab.timeline(GENERAL).get())).toEqual(['?one', '?two']);
    world.storage.isStuck = true;
    tab.send(GENERAL, 'three');
    tab.dismiss('nothing');
    await world.clock.advance(0);
    tab.send(GENERAL, 'four');
    world.server.verdict = null;
    await world.clock.advance(1_500);
    expect(tab.me.get()?.id).toBe('u_eve');
    world.storage.isStuck = false;
    world.storage.goOn();
    await world.clock.advance(100);
    const texts = world.storage.entriesOf(ADA, TAB).map((entry) => (JSON.parse(entry) as { text: string }).text);
    expect(texts).toEqual(['one', 'two', 'three', 'four']);
    expect(sent(world)).toEqual([]);
    expect(world.storage.entriesOf('u_eve', TAB)).toEqual([]);
  });
});

describe('several tabs', () => {
  test('do not send each other’s operations', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    const one = await world.online(ADA, TAB);
    world.server.intercept = (command) => (command.type === 'send' ? [] : null);
    one.send(GENERAL, 'mine');
    await world.clock.advance(100);
    await world.online(ADA, 'ada-tab-2');
    const sends = world.server.commands('send');
    expect(sends).toHaveLength(1);
  });

  test('one takes over what a tab that is gone left behind, and only one does', async () => {
    await using world = await leftBehind();
    world.storage.alive.delete(TAB);
    world.server.verdict = null;
    const [two, three] = [world.client(ADA, 'ada-tab-2'), world.client(ADA, 'ada-tab-3')];
    two.connect();
    three.connect();
    await world.clock.advance(1_000);
    expect(sent(world)).toEqual(['one', 'two']);
    expect(world.server.commands('send')).toHaveLength(2);
    expect(world.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('a failure that another tab left behind is taken back where its message is shown already', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    const staying = await world.online(ADA, 'ada-tab-2');
    staying.open(GENERAL);
    const closing = await world.online(ADA, TAB);
    const mine = world.server.connection;
    world.server.fault = (frame, connection) => (connection === mine ? [] : [frame]);
    const id = closing.send(GENERAL, 'stored after all');
    await world.clock.advance(SEND_TIMEOUT_MS);
    expect(closing.failures.get()).toMatchObject([{ message: id, reason: 'timeout' }]);
    await closing.close();
    world.storage.alive.delete(TAB);
    await world.clock.advance(PING_MS);
    expect(world.storage.entriesOf(ADA, TAB)).toEqual([]);
    expect(staying.timeline(GENERAL).get().messages).toMatchObject([{ id, state: 'sent' }]);
    expect(staying.failures.get()).toEqual([]);
  });

  test('one that is connected takes it over with its next ping', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    await world.online(ADA, 'ada-tab-2');
    world.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const closing = await world.online(ADA, TAB);
    closing.send(GENERAL, 'one');
    await closing.close();
    world.storage.alive.delete(TAB);
    world.server.intercept = null;
    await world.clock.advance(PING_MS);
    expect(sent(world)).toEqual(['one']);
  });

  test('what one writes while it takes over does not overwrite what it takes over', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    const staying = await world.online(ADA, 'ada-tab-2');
    world.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const closing = await world.online(ADA, TAB);
    closing.send(GENERAL, 'one');
    await closing.close();
    world.storage.alive.delete(TAB);
    world.storage.isStuck = true;
    await world.clock.advance(PING_MS);
    staying.send(GENERAL, 'two');
    await world.clock.advance(0);
    world.storage.isStuck = false;
    world.storage.goOn();
    // The page may die at any moment.
    const kept = () =>
      world.storage.entriesOf(ADA, 'ada-tab-2').map((entry) => (JSON.parse(entry) as { text: string }).text);
    expect(kept()).toEqual(['one']);
    await world.clock.advance(100);
    expect(kept().toSorted()).toEqual(['one', 'two']);
  });
});

describe('storage that fails', () => {
  test('does not keep the user from sending', async () => {
    await using world = new ClientWorld();
    world.server.addChannel(GENERAL, [ADA, BOB]);
    world.storage.isStuck = true;
    const tab = world.client(ADA, TAB);
    tab.connect();
    tab.send(GENERAL, 'anyway');
    await world.clock.advance(3_000);
    expect(sent(world)).toEqual(['anyway']);
    world.storage.isStuck = false;
    world.storage.goOn();
  });
});
