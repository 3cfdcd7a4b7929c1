import { ADA, BOB, ClientWorld, GENERAL } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';

const EVE = 'u_eve';

async function start(world: ClientWorld): Promise<ParleyClient> {
  world.server.addChannel(GENERAL, [ADA, BOB, EVE]);
  world.server.addChannel('c_other', [ADA]);
  return world.online(ADA);
}

describe('[TY6] the sender', () => {
  const said = (world: ClientWorld) => world.server.commands('typing').map(({ channel, on }) => [channel, on]);

  test('says it once, and again at most every typingRepeatMs while the user goes on', async () => {
    await using world = new ClientWorld();
    const ada = await start(world);
    for (let keystroke = 0; keystroke < 40; keystroke += 1) {
      ada.composing(GENERAL, true);
      await world.clock.advance(200);
    }
    expect(said(world)).toEqual([
      [GENERAL, true],
      [GENERAL, true],
      [GENERAL, true],
    ]);
  });

  test('says that it is over when the keystrokes stop, before the receivers’ expiry', async () => {
    await using world = new ClientWorld();
    const ada = await start(world);
    ada.composing(GENERAL, true);
    await world.clock.advance(5_000);
    expect(said(world)).toEqual([[GENERAL, true]]);
    await world.clock.advance(900);
    expect(said(world)).toEqual([
      [GENERAL, true],
      [GENERAL, false],
    ]);
  });

  test.each([
    ['the text is cleared', (ada: ParleyClient) => ada.composing(GENERAL, false)],
    ['the message is sent', (ada: ParleyClient) => void ada.send(GENERAL, 'done')],
    ['the user types elsewhere', (ada: ParleyClient) => ada.composing('c_other', true)],
  ])('says that it is over when %s', async (_, act) => {
    await using world = new ClientWorld();
    const ada = await start(world);
    ada.composing(GENERAL, true);
    act(ada);
    await world.clock.advance(100);
    expect(said(world)).toContainEqual([GENERAL, false]);
    await world.clock.advance(10_000);
    expect(said(world).filter(([channel, on]) => channel === GENERAL && on === false)).toHaveLength(1);
  });

  test('says that it is over when the client is closed', async () => {
    await using world = new ClientWorld();
    const ada = await start(world);
    ada.composing(GENERAL, true);
    const sent: string[] = [];
    const { socket } = world.server.connection;
    const { send } = socket;
    socket.send = (text) => {
      sent.push(text);
      send(text);
    };
    await ada.close();
    expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([{ type: 'typing', channel: GENERAL, on: false }]);
  });

  test('says nothing without text, without a channel, or without a connection', async () => {
    await using world = new ClientWorld();
    const ada = await start(world);
    ada.composing(GENERAL, false);
    ada.composing(`to:${BOB}`, true);
    world.server.connection.close();
    ada.composing(GENERAL, true);
    await world.clock.advance(100);
    expect(said(world)).toEqual([]);
  });
});

describe('[TY7] the receiver', () => {
  const hear = (world: ClientWorld, user: string, on: boolean) =>
    world.server.connection.say({ type: 'typing', channel: GENERAL, user, on });

  test('shows who types in the order in which they began, the user excluded', async () => {
    await using world = new ClientWorld();
    const ada = await start(world);
    hear(world, EVE, true);
    hear(world, BOB, true);
    hear(world, EVE, true);
    hear(world, ADA, true);
    await world.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([EVE, BOB]);
    expect(ada.typing('c_other').get()).toEqual([]);
    hear(world, EVE, false);
    await world.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
  });

  test('lets go of what is not renewed within typingExpireMs, and tells its readers', async () => {
    await using world = new ClientWorld();
    const ada = await start(world);
    const seen: number[] = [];
    ada.typing(GENERAL).subscribe(() => seen.push(ada.typing(GENERAL).get().length));
    hear(world, BOB, true);
    await world.clock.advance(4_000);
    hear(world, BOB, true);
    await world.clock.advance(5_900);
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
    await world.clock.advance(200);
    expect(ada.typing(GENERAL).get()).toEqual([]);
    expect(seen).toEqual([1, 0]);
  });

  test('lets go when the user’s message arrives, and when the connection goes', async () => {
    await using world = new ClientWorld();
    const ada = await start(world);
    hear(world, BOB, true);
    hear(world, EVE, true);
    world.server.say(GENERAL, BOB, { body: 'here' });
    await world.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([EVE]);
    world.server.connection.close();
    expect(ada.typing(GENERAL).get()).toEqual([]);
  });
});
