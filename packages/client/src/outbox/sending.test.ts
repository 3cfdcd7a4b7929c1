import type { ClientFrame } from '@parley/protocol';
import { ADA, BOB, ClientFixture, GENERAL, openGeneral, shownInGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';
import { MAX_FAILED } from './fail-operation.ts';
import { MAX_PENDING } from './outbox.ts';

const timeline = (client: ParleyClient) => client.timeline(GENERAL).get();
const stored = (fixture: ClientFixture) =>
  fixture.server.channel(GENERAL).log.flatMap((event) => (event.type === 'message' ? [event.message] : []));

/** The values that a subscriber saw, one per notification. */
function watch(client: ParleyClient): string[] {
  const seen: string[] = [];
  client.timeline(GENERAL).subscribe(() => seen.push(shownInGeneral(client).join(' ')));
  return seen;
}

describe('a sent message', () => {
  test('a sent message is shown at once, and confirmed in place', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const seen = watch(ada);
    const id = ada.send(GENERAL, 'hello');
    expect(shownInGeneral(ada)).toEqual(['?hello']);
    await fixture.clock.advance(100);
    expect(seen).toEqual(['?hello', 'hello']);
    expect(timeline(ada).messages).toMatchObject([{ id, state: 'sent', seq: 3, by: ADA, changing: false }]);
    expect(ada.failures.get()).toEqual([]);
  });

  test('a sent message is shown as sent on its ok, in place, before its event arrives', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    let late: (() => void) | null = null;
    fixture.server.filter = (frame, connection) => {
      if (frame.type !== 'message') return [frame];
      late = () => connection.sendRaw(JSON.stringify(frame));
      return [];
    };
    ada.send(GENERAL, 'hello');
    await fixture.clock.advance(100);
    const before = timeline(ada).messages[0];
    expect(before).toMatchObject({ body: 'hello', state: 'sent', seq: 3 });
    late!();
    await fixture.clock.advance(100);
    expect(timeline(ada).messages).toEqual([before]);
  });

  test('a sent message whose event is lost is confirmed by a sync after its ok', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (frame.type === 'message' ? [] : [frame]);
    ada.send(GENERAL, 'hello');
    await fixture.clock.advance(2_000);
    expect(fixture.server.commands('sync')).toHaveLength(1);
    expect(shownInGeneral(ada)).toEqual(['hello']);
    expect(ada.channelOf(GENERAL)?.lastSeq).toBe(3);
  });

  test('several sent messages keep their order, with one pending request at a time', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    for (const body of ['1', '2', '3']) ada.send(GENERAL, body);
    await fixture.clock.advance(8);
    expect(fixture.server.commands('send')).toHaveLength(1);
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['1', '2', '3']);
    expect(stored(fixture)).toMatchObject([{ body: '1' }, { body: '2' }, { body: '3' }]);
  });

  test('a slow channel does not delay messages of another', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel('c_other', [ADA]);
    const ada = await openGeneral(fixture);
    fixture.server.intercept = (command) => (command.type === 'send' && command.channel === GENERAL ? [] : null);
    ada.send(GENERAL, 'stuck');
    ada.send('c_other', 'quick');
    await fixture.clock.advance(100);
    expect(fixture.server.channel('c_other').log).toHaveLength(2);
  });
});

describe('a refused message', () => {
  const refuseOnce = (
    fixture: ClientFixture,
    code: 'forbidden' | 'rate_limited' | 'internal',
    retryAfterMs?: number,
  ) => {
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'send') return null;
      fixture.server.intercept = null;
      connection.refuse(command.ref, code, retryAfterMs);
      return [];
    };
  };

  test('a refused message leaves the timeline and becomes a failure with its text, and the next is sent', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    refuseOnce(fixture, 'forbidden');
    const id = ada.send(GENERAL, 'no');
    ada.send(GENERAL, 'yes');
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['yes']);
    const failure = { id, kind: 'send', conversation: GENERAL, message: id, text: 'no', reason: 'forbidden' };
    expect(ada.failures.get()).toMatchObject([failure]);
  });

  test('a message that is refused temporarily is resent after the server’s delay, before the next', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    refuseOnce(fixture, 'rate_limited', 3_000);
    ada.send(GENERAL, 'first');
    ada.send(GENERAL, 'second');
    await fixture.clock.advance(2_900);
    expect(shownInGeneral(ada)).toEqual(['?first', '?second']);
    await fixture.clock.advance(5_000);
    expect(shownInGeneral(ada)).toEqual(['first', 'second']);
    expect(stored(fixture)).toMatchObject([{ body: 'first' }, { body: 'second' }]);
  });

  test('a message that is refused temporarily for too long fails, with the code only if users may see it', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'send') return null;
      connection.refuse(command.ref, command.body === 'bug' ? 'internal' : 'unavailable');
      return [];
    };
    ada.send(GENERAL, 'bug');
    ada.send(GENERAL, 'full');
    await fixture.clock.advance(30_000);
    expect(ada.failures.get().map(({ text, reason }) => [text, reason])).toEqual([
      ['bug', 'internal'],
      ['full', 'timeout'],
    ]);
  });

  test('a message that is too long fails without being sent', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    ada.send(GENERAL, 'x'.repeat(10_001));
    expect(ada.failures.get()).toMatchObject([{ reason: 'too_large' }]);
    await fixture.clock.advance(100);
    expect(fixture.server.commands('send')).toEqual([]);
  });

  test('a refused message can be retried with the same id, at the end of the order, or dismissed', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    refuseOnce(fixture, 'forbidden');
    const id = ada.send(GENERAL, 'again');
    await fixture.clock.advance(100);
    ada.send(GENERAL, 'later');
    ada.retry(id);
    expect(ada.failures.get()).toEqual([]);
    expect(shownInGeneral(ada)).toEqual(['?later', '?again']);
    await fixture.clock.advance(100);
    expect(stored(fixture).at(-1)).toMatchObject({ id, body: 'again' });
    refuseOnce(fixture, 'forbidden');
    const other = ada.send(GENERAL, 'gone');
    await fixture.clock.advance(100);
    ada.dismiss(other);
    expect(ada.failures.get()).toEqual([]);
    expect(shownInGeneral(ada)).toEqual(['later', 'again']);
  });
});

describe('a message without a reply', () => {
  const ignoreSends = (command: ClientFrame) => (command.type === 'send' ? [] : null);

  test('a message without a reply fails after sendTimeoutMs online', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.intercept = ignoreSends;
    ada.send(GENERAL, 'lost');
    await fixture.clock.advance(9_999);
    expect(shownInGeneral(ada)).toEqual(['?lost']);
    await fixture.clock.advance(1);
    expect(shownInGeneral(ada)).toEqual([]);
    expect(ada.failures.get()).toMatchObject([{ text: 'lost', reason: 'timeout' }]);
  });

  test('messages behind one without a reply time out with it, not one after the other', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.intercept = ignoreSends;
    for (const body of ['1', '2', '3']) ada.send(GENERAL, body);
    await fixture.clock.advance(10_000);
    expect(ada.failures.get().map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  test('a message that waited for a connection gets the full sendTimeoutMs once online', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.handshakeRefusal = { kind: 'unreachable' };
    fixture.server.connection.close();
    ada.send(GENERAL, 'patient');
    await fixture.clock.advance(25_000);
    fixture.server.handshakeRefusal = null;
    fixture.server.intercept = ignoreSends;
    ada.reconnectNow();
    await fixture.clock.advance(9_900);
    expect(shownInGeneral(ada)).toEqual(['?patient']);
    await fixture.clock.advance(200);
    expect(ada.failures.get()).toMatchObject([{ reason: 'timeout' }]);
  });

  test('a message that loses its connection on each attempt fails', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.intercept = (command, connection) => {
      if (command.type !== 'send') return null;
      connection.close();
      return [];
    };
    ada.send(GENERAL, 'cursed');
    for (let second = 0; second < 60; second += 1) {
      await fixture.clock.advance(1_000);
      ada.reconnectNow();
    }
    expect(ada.failures.get()).toMatchObject([{ text: 'cursed', reason: 'timeout' }]);
  });

  test('a message fails after 30 s without a connection', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.handshakeRefusal = { kind: 'unreachable' };
    fixture.server.connection.close();
    ada.send(GENERAL, 'offline');
    await fixture.clock.advance(29_999);
    expect(shownInGeneral(ada)).toEqual(['?offline']);
    await fixture.clock.advance(1);
    expect(ada.failures.get()).toMatchObject([{ text: 'offline', reason: 'offline' }]);
  });

  test.each([false, true])(
    'a queue that a slow server stores one by one does not time out (ok first: %s)',
    async (isOkFirst) => {
      await using fixture = new ClientFixture();
      const ada = await openGeneral(fixture);
      fixture.server.isOkFirst = isOkFirst;
      fixture.server.latencyMs = 2_000;
      for (const body of ['1', '2', '3', '4', '5']) ada.send(GENERAL, body);
      await fixture.clock.advance(25_000);
      expect(ada.failures.get()).toEqual([]);
      expect(shownInGeneral(ada)).toEqual(['1', '2', '3', '4', '5']);
    },
  );

  test('a failure is revoked when a late ok or event shows that the message was stored', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.latencyMs = 6_000;
    ada.send(GENERAL, 'slow');
    await fixture.clock.advance(10_000);
    expect(ada.failures.get()).toHaveLength(1);
    await fixture.clock.advance(4_000);
    expect(ada.failures.get()).toEqual([]);
    expect(shownInGeneral(ada)).toEqual(['slow']);
  });

  test('a failure is revoked when a sync after a reconnect brings the message', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const { connection } = fixture.server;
    fixture.server.filter = (frame, from) => (from === connection ? [] : [frame]);
    ada.send(GENERAL, 'was stored');
    await fixture.clock.advance(10_000);
    expect(ada.failures.get()).toMatchObject([{ reason: 'timeout' }]);
    connection.close();
    await fixture.clock.advance(1_000);
    expect(ada.failures.get()).toEqual([]);
    expect(shownInGeneral(ada)).toEqual(['was stored']);
    expect(stored(fixture)).toHaveLength(1);
  });

  test('a failure is revoked when history brings the message, in a channel that was not loaded', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel(GENERAL, [ADA, BOB]);
    const ada = await fixture.online(ADA);
    fixture.server.filter = (frame) => (frame.type === 'message' || frame.type === 'ok' ? [] : [frame]);
    ada.send(GENERAL, 'was stored');
    await fixture.clock.advance(10_000);
    expect(ada.failures.get()).toHaveLength(1);
    fixture.server.filter = null;
    ada.open(GENERAL);
    await fixture.clock.advance(100);
    expect(ada.failures.get()).toEqual([]);
    expect(shownInGeneral(ada)).toEqual(['was stored']);
  });
});

describe('a lost ok', () => {
  test('[SD3] a message whose ok is lost is resent with the same id, and stored once', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (frame.type === 'ok' || frame.type === 'message' ? [] : [frame]);
    const id = ada.send(GENERAL, 'once');
    await fixture.clock.advance(100);
    fixture.server.filter = null;
    fixture.server.connection.close();
    await fixture.clock.advance(2_000);
    expect(fixture.server.commands('send').map((command) => command.id)).toEqual([id, id]);
    expect(stored(fixture)).toHaveLength(1);
    expect(shownInGeneral(ada)).toEqual(['once']);
  });

  test('a subscriber never sees a message whose ok is lost twice, missing, or out of order', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.post(GENERAL, BOB, { body: 'a' });
    await fixture.clock.advance(100);
    const seen = watch(ada);
    fixture.server.filter = (frame) => (frame.type === 'ok' ? [] : [frame]);
    ada.send(GENERAL, 'b');
    ada.send(GENERAL, 'c');
    await fixture.clock.advance(50);
    fixture.server.connection.close();
    fixture.server.filter = null;
    await fixture.clock.advance(2_000);
    expect(seen).toEqual(['a ?b', 'a ?b ?c', 'a b ?c', 'a b c']);
  });
});

describe('the bounds of the outbox', () => {
  test('an operation beyond the limit fails at once, and the others are sent', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.connection.close();
    for (let index = 0; index <= MAX_PENDING; index += 1) ada.send(GENERAL, `${index}`);
    expect(timeline(ada).messages).toHaveLength(MAX_PENDING);
    expect(ada.failures.get()).toMatchObject([{ text: `${MAX_PENDING}`, reason: 'unavailable' }]);
  });

  test('the oldest failed operation is dropped beyond the limit', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    for (let index = 0; index <= MAX_FAILED; index += 1) ada.send(GENERAL, `${index}${'x'.repeat(10_000)}`);
    expect(ada.failures.get()).toHaveLength(MAX_FAILED);
    expect(ada.failures.get()[0]?.text.startsWith('1x')).toBe(true);
  });
});
