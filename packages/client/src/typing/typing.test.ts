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
  const said = (fixture: ClientFixture) => fixture.server.commands('typing').map(({ channel, on }) => [channel, on]);

  test('says it once, and again at most every typingRepeatMs while the user goes on', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    for (let keystroke = 0; keystroke < 40; keystroke += 1) {
      ada.composing(GENERAL, true);
      await fixture.clock.advance(200);
    }
    expect(said(fixture)).toEqual([
      [GENERAL, true],
      [GENERAL, true],
      [GENERAL, true],
    ]);
  });

  test('says that it is over when the keystrokes stop, before the receivers’ expiry', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.composing(GENERAL, true);
    await fixture.clock.advance(5_000);
    expect(said(fixture)).toEqual([[GENERAL, true]]);
    await fixture.clock.advance(900);
    expect(said(fixture)).toEqual([
      [GENERAL, true],
      [GENERAL, false],
    ]);
  });

  test.each([
    ['the text is cleared', (ada: ParleyClient) => ada.composing(GENERAL, false)],
    ['the message is sent', (ada: ParleyClient) => void ada.send(GENERAL, 'done')],
    ['the user types elsewhere', (ada: ParleyClient) => ada.composing('c_other', true)],
  ])('says that it is over when %s', async (_, act) => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.composing(GENERAL, true);
    act(ada);
    await fixture.clock.advance(100);
    expect(said(fixture)).toContainEqual([GENERAL, false]);
    await fixture.clock.advance(10_000);
    expect(said(fixture).filter(([channel, on]) => channel === GENERAL && on === false)).toHaveLength(1);
  });

  test('says that it is over when the client is closed', async () => {
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

  test('says nothing without text, without a channel, or without a connection', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    ada.composing(GENERAL, false);
    ada.composing(`to:${BOB}`, true);
    fixture.server.connection.close();
    ada.composing(GENERAL, true);
    await fixture.clock.advance(100);
    expect(said(fixture)).toEqual([]);
  });
});

describe('[TY7] the receiver', () => {
  const hear = (fixture: ClientFixture, user: string, on: boolean) =>
    fixture.server.connection.send({ type: 'typing', channel: GENERAL, user, on });

  test('shows who types in the order in which they began, the user excluded', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    hear(fixture, EVE, true);
    hear(fixture, BOB, true);
    hear(fixture, EVE, true);
    hear(fixture, ADA, true);
    await fixture.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([EVE, BOB]);
    expect(ada.typing('c_other').get()).toEqual([]);
    hear(fixture, EVE, false);
    await fixture.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
  });

  test('lets go of what is not renewed within typingExpireMs, and tells its readers', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    const seen: number[] = [];
    ada.typing(GENERAL).subscribe(() => seen.push(ada.typing(GENERAL).get().length));
    hear(fixture, BOB, true);
    await fixture.clock.advance(4_000);
    hear(fixture, BOB, true);
    await fixture.clock.advance(5_900);
    expect(ada.typing(GENERAL).get()).toEqual([BOB]);
    await fixture.clock.advance(200);
    expect(ada.typing(GENERAL).get()).toEqual([]);
    expect(seen).toEqual([1, 0]);
  });

  test('lets go when the user’s message arrives, and when the connection goes', async () => {
    await using fixture = new ClientFixture();
    const ada = await start(fixture);
    hear(fixture, BOB, true);
    hear(fixture, EVE, true);
    fixture.server.post(GENERAL, BOB, { body: 'here' });
    await fixture.clock.advance(100);
    expect(ada.typing(GENERAL).get()).toEqual([EVE]);
    fixture.server.connection.close();
    expect(ada.typing(GENERAL).get()).toEqual([]);
  });
});
