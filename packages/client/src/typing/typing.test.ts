import { ADA, BOB, ClientFixture, GENERAL } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';

const EVE = 'u_eve';

async function start(fixture: ClientFixture): Promise<ParleyClient> {
  fixture.server.addChannel(GENERAL, [ADA, BOB, EVE]);
  fixture.server.addChannel('c_other', [ADA]);
  return fixture.online(ADA);
}

describe('[TY6] the sender', () => {
  const sentSignals = (fixture: ClientFixture) =>
    fixture.server.commands('typing').map(({ channel, on }) => [channel, on]);

  test('the sender signals typing once, then at most every typingRepeatMs while the user continues', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    for (let keystroke = 0; keystroke < 40; keystroke += 1) {
      ada.composing(GENERAL, true);
      await fixture.clock.advance(200);
    }
    expect(sentSignals(fixture)).toEqual([
      [GENERAL, true],
      [GENERAL, true],
      [GENERAL, true],
    ]);
  });

  test('the sender ends typing when the keystrokes stop, before receivers expire it', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.composing(GENERAL, true);
    await fixture.clock.advance(5_000);
    expect(sentSignals(fixture)).toEqual([[GENERAL, true]]);
    await fixture.clock.advance(900);
    expect(sentSignals(fixture)).toEqual([
      [GENERAL, true],
      [GENERAL, false],
    ]);
  });

  test.each([
    ['the text is cleared', (ada: ParleyClient) => ada.composing(GENERAL, false)],
    ['the message is sent', (ada: ParleyClient) => void ada.send(GENERAL, 'done')],
    ['the user types elsewhere', (ada: ParleyClient) => ada.composing('c_other', true)],
  ])('the sender ends typing when %s', async (_, act) => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.composing(GENERAL, true);
    act(ada);
    await fixture.clock.advance(100);
    expect(sentSignals(fixture)).toContainEqual([GENERAL, false]);
    await fixture.clock.advance(10_000);
    expect(sentSignals(fixture).filter(([channel, on]) => channel === GENERAL && on === false)).toHaveLength(1);
  });

  test('the sender ends typing when the client is closed', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.composing(GENERAL, true);
    const sent: string[] = [];
    const { socket } = fixture.server.connection;
    const { send } = socket;
    socket.send = (text) => {
      sent.push(text);
      send(text);
    };
    await ada.close();
    expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([{ type: 'typing', channel: GENERAL, on: false }]);
  });

  test('the sender sends nothing without text, without a channel, or without a connection', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.composing(GENERAL, false);
    ada.composing(`to:${BOB}`, true);
    fixture.server.connection.close();
    ada.composing(GENERAL, true);
    await fixture.clock.advance(100);
    expect(sentSignals(fixture)).toEqual([]);
  });
});

describe('[TY7] the receiver', () => {
  const receiveTyping = (fixture: ClientFixture, user: string, on: boolean) =>
    fixture.server.connection.send({ type: 'typing', channel: GENERAL, user, on });

  test('the receiver lists typing users in the order in which they started, without this user', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    receiveTyping(fixture, EVE, true);
    receiveTyping(fixture, BOB, true);
    receiveTyping(fixture, EVE, true);
    receiveTyping(fixture, ADA, true);
    await fixture.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([EVE, BOB]);
    expect(ada.typing('c_other').get()).toEqual([]);
    receiveTyping(fixture, EVE, false);
    await fixture.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
  });

  test('the receiver expires a signal that is not renewed within typingExpireMs, and notifies subscribers', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    const seen: number[] = [];
    ada.typing(GENERAL).subscribe(() => seen.push(ada.typing(GENERAL).get().length));
    receiveTyping(fixture, BOB, true);
    await fixture.clock.advance(4_000);
    receiveTyping(fixture, BOB, true);
    await fixture.clock.advance(5_900);
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
    await fixture.clock.advance(200);
    expect(ada.typing(GENERAL).get()).toEqual([]);
    expect(seen).toEqual([1, 0]);
  });

  test('the receiver clears a signal when the user’s message arrives, and all when the connection ends', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    receiveTyping(fixture, BOB, true);
    receiveTyping(fixture, EVE, true);
    fixture.server.post(GENERAL, BOB, { body: 'here' });
    await fixture.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([EVE]);
    fixture.server.connection.close();
    expect(ada.typing(GENERAL).get()).toEqual([]);
  });
});
