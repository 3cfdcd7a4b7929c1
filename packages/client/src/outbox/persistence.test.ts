import { PING_MS, SEND_TIMEOUT_MS } from '@parley/protocol';
import { ADA, BOB, ClientFixture, GENERAL, shown } from '@parley/testkit';
import { describe, expect, test } from 'vitest';

const TAB = 'ada-tab-1';

/** A fixture in which a tab has sent two messages without a connection, and was closed. */
async function leftBehind(): Promise<ClientFixture> {
  const fixture = new ClientFixture();
  fixture.server.addChannel(GENERAL, [ADA, BOB]);
  const tab = await fixture.online(ADA, TAB);
  fixture.server.handshakeRefusal = { kind: 'unreachable' };
  fixture.server.connection.close();
  tab.send(GENERAL, 'one');
  tab.send(GENERAL, 'two');
  await tab.close();
  return fixture;
}

const sent = (fixture: ClientFixture) =>
  fixture.server.channel(GENERAL).log.flatMap((event) => {
    return event.type === 'message' && 'body' in event.message ? [event.message.body] : [];
  });

describe('a reload', () => {
  test('a reload shows pending messages before the connection opens, and sends them in order after', async () => {
    await using fixture = await leftBehind();
    const tab = fixture.client(ADA, TAB);
    tab.connect();
    await fixture.clock.advance(0);
    expect(shown(tab.timeline(GENERAL).get())).toEqual(['?one', '?two']);
    expect(tab.timeline(GENERAL).get().messages[0]?.by).toBe(ADA);
    fixture.server.handshakeRefusal = null;
    tab.send(GENERAL, 'three');
    await fixture.clock.advance(5_000);
    expect(sent(fixture)).toEqual(['one', 'two', 'three']);
    expect(fixture.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('a reload restores failures, which can be retried or dismissed', async () => {
    await using fixture = await leftBehind();
    const tab = fixture.client(ADA, TAB);
    tab.connect();
    await fixture.clock.advance(31_000);
    expect(tab.failures.get()).toHaveLength(2);
    await tab.close();
    fixture.server.handshakeRefusal = null;
    const reloaded = await fixture.online(ADA, TAB);
    const [first, second] = reloaded.failures.get();
    expect([first, second]).toMatchObject([
      { text: 'one', reason: 'offline' },
      { text: 'two', reason: 'offline' },
    ]);
    reloaded.retry(second!.id);
    reloaded.dismiss(first!.id);
    await fixture.clock.advance(100);
    expect(sent(fixture)).toEqual(['two']);
    expect(fixture.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('a reload the next day fails a message of the night before instead of sending it', async () => {
    await using fixture = await leftBehind();
    fixture.clock.jump(8 * 3_600_000);
    fixture.server.handshakeRefusal = null;
    const tab = await fixture.online(ADA, TAB);
    expect(sent(fixture)).toEqual([]);
    expect(tab.failures.get()).toMatchObject([{ text: 'one', reason: 'offline' }, { text: 'two' }]);
  });

  test('a reload as another user neither shows nor sends the first user’s operations, and keeps them', async () => {
    await using fixture = await leftBehind();
    fixture.server.handshakeRefusal = null;
    fixture.server.channel(GENERAL).members.add('u_eve');
    const eve = fixture.client('u_eve', TAB);
    eve.connect();
    await fixture.clock.advance(100);
    expect(shown(eve.timeline(GENERAL).get())).toEqual([]);
    eve.send(GENERAL, 'mine');
    await fixture.clock.advance(100);
    expect(sent(fixture)).toEqual(['mine']);
    expect(fixture.storage.entriesOf(ADA, TAB)).toHaveLength(2);
    await eve.close();
    await fixture.online(ADA, TAB);
    expect(sent(fixture)).toEqual(['mine', 'one', 'two']);
  });

  test('a reload resends a message whose ok was lost, and it is stored once', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const tab = await fixture.online(ADA, TAB);
    fixture.server.filter = (frame) => (frame.type === 'ok' || frame.type === 'message' ? [] : [frame]);
    tab.send(GENERAL, 'once');
    await fixture.clock.advance(100);
    await tab.close();
    fixture.server.filter = null;
    const reloaded = await fixture.online(ADA, TAB);
    expect(sent(fixture)).toEqual(['once']);
    expect(shown(reloaded.timeline(GENERAL).get())).toEqual([]);
    expect(fixture.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('a reload ignores entries that another version of this code wrote', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    await fixture.storage.for(TAB).save(ADA, ['', 'null', '{"id":1}', '{"kind":"teleport","id":"x"}']);
    const tab = await fixture.online(ADA, TAB);
    tab.send(GENERAL, 'fine');
    await fixture.clock.advance(100);
    expect(sent(fixture)).toEqual(['fine']);
  });
});

describe('another user in the same tab', () => {
  test('the first user’s last operations are stored for them, even by slow storage', async () => {
    await using fixture = await leftBehind();
    const tab = fixture.client('u_eve', TAB);
    tab.connect();
    await fixture.clock.advance(0);
    expect(shown(tab.timeline(GENERAL).get())).toEqual(['?one', '?two']);
    fixture.storage.isStuck = true;
    tab.send(GENERAL, 'three');
    tab.dismiss('nothing');
    await fixture.clock.advance(0);
    tab.send(GENERAL, 'four');
    fixture.server.handshakeRefusal = null;
    await fixture.clock.advance(1_500);
    expect(tab.me.get()?.id).toBe('u_eve');
    fixture.storage.isStuck = false;
    fixture.storage.resume();
    await fixture.clock.advance(100);
    const texts = fixture.storage.entriesOf(ADA, TAB).map((entry) => (JSON.parse(entry) as { text: string }).text);
    expect(texts).toEqual(['one', 'two', 'three', 'four']);
    expect(sent(fixture)).toEqual([]);
    expect(fixture.storage.entriesOf('u_eve', TAB)).toEqual([]);
  });
});

describe('several tabs', () => {
  test('two open tabs do not send each other’s operations', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const one = await fixture.online(ADA, TAB);
    fixture.server.intercept = (command) => (command.type === 'send' ? [] : null);
    one.send(GENERAL, 'mine');
    await fixture.clock.advance(100);
    await fixture.online(ADA, 'ada-tab-2');
    const sends = fixture.server.commands('send');
    expect(sends).toHaveLength(1);
  });

  test('exactly one tab takes over the operations of a closed one', async () => {
    await using fixture = await leftBehind();
    fixture.storage.alive.delete(TAB);
    fixture.server.handshakeRefusal = null;
    const [two, three] = [fixture.client(ADA, 'ada-tab-2'), fixture.client(ADA, 'ada-tab-3')];
    two.connect();
    three.connect();
    await fixture.clock.advance(1_000);
    expect(sent(fixture)).toEqual(['one', 'two']);
    expect(fixture.server.commands('send')).toHaveLength(2);
    expect(fixture.storage.entriesOf(ADA, TAB)).toEqual([]);
  });

  test('a failure of a closed tab is revoked if its message is already shown', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const staying = await fixture.online(ADA, 'ada-tab-2');
    staying.open(GENERAL);
    const closing = await fixture.online(ADA, TAB);
    const mine = fixture.server.connection;
    fixture.server.filter = (frame, connection) => (connection === mine ? [] : [frame]);
    const id = closing.send(GENERAL, 'stored after all');
    await fixture.clock.advance(SEND_TIMEOUT_MS);
    expect(closing.failures.get()).toMatchObject([{ message: id, reason: 'timeout' }]);
    await closing.close();
    fixture.storage.alive.delete(TAB);
    await fixture.clock.advance(PING_MS);
    expect(fixture.storage.entriesOf(ADA, TAB)).toEqual([]);
    expect(staying.timeline(GENERAL).get().messages).toMatchObject([{ id, state: 'sent' }]);
    expect(staying.failures.get()).toEqual([]);
  });

  test('an online tab takes over the operations of a closed one with its next ping', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    await fixture.online(ADA, 'ada-tab-2');
    fixture.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const closing = await fixture.online(ADA, TAB);
    closing.send(GENERAL, 'one');
    await closing.close();
    fixture.storage.alive.delete(TAB);
    fixture.server.intercept = null;
    await fixture.clock.advance(PING_MS);
    expect(sent(fixture)).toEqual(['one']);
  });

  test('a message that is sent during a takeover does not overwrite the adopted ones', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const staying = await fixture.online(ADA, 'ada-tab-2');
    fixture.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const closing = await fixture.online(ADA, TAB);
    closing.send(GENERAL, 'one');
    await closing.close();
    fixture.storage.alive.delete(TAB);
    fixture.storage.isStuck = true;
    await fixture.clock.advance(PING_MS);
    staying.send(GENERAL, 'two');
    await fixture.clock.advance(0);
    fixture.storage.isStuck = false;
    fixture.storage.resume();
    // The page may be killed at any moment.
    const stored = () =>
      fixture.storage.entriesOf(ADA, 'ada-tab-2').map((entry) => (JSON.parse(entry) as { text: string }).text);
    expect(stored()).toEqual(['one']);
    await fixture.clock.advance(100);
    expect(stored().toSorted()).toEqual(['one', 'two']);
  });
});

describe('storage that fails', () => {
  test('failing storage does not keep the user from sending', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    fixture.storage.isStuck = true;
    const tab = fixture.client(ADA, TAB);
    tab.connect();
    tab.send(GENERAL, 'anyway');
    await fixture.clock.advance(3_000);
    expect(sent(fixture)).toEqual(['anyway']);
    fixture.storage.isStuck = false;
    fixture.storage.resume();
  });
});
