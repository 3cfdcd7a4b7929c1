import type { ClientFrame } from '@parley/protocol';
import { ADA, BOB, ClientFixture, GENERAL, openGeneral, shownInGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';
import { MAX_FAILED } from './fail-operation.ts';
import { MAX_PENDING } from './outbox.ts';

const timeline = (client: ParleyClient) => client.timeline(GENERAL).get();
const stored = (fixture: ClientFixture) =>
  fixture.server.channel(GENERAL).log.flatMap((event) => (event.type === 'message' ? [event.message] : []));

/** What a subscriber saw, each time it was told. */
function watch(client: ParleyClient): string[] {
  const seen: string[] = [];
  client.timeline(GENERAL).subscribe(() => seen.push(shownInGeneral(client).join(' ')));
  return seen;
}

describe('a message that goes well', () => {
  test('is shown before the server knows of it, and confirmed in place', async () => {
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

  test('is shown as sent on ok, in place, while its event is still on the way', async () => {
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

  test('needs no event: an ok whose event is lost is followed by a sync', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.filter = (frame) => (frame.type === 'message' ? [] : [frame]);
    ada.send(GENERAL, 'hello');
    await fixture.clock.advance(2_000);
    expect(fixture.server.commands('sync')).toHaveLength(1);
    expect(shownInGeneral(ada)).toEqual(['hello']);
    expect(ada.channelOf(GENERAL)?.lastSeq).toBe(3);
  });

  test('several keep their order, one at a time on its way', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    for (const body of ['1', '2', '3']) ada.send(GENERAL, body);
    await fixture.clock.advance(8);
    expect(fixture.server.commands('send')).toHaveLength(1);
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['1', '2', '3']);
    expect(stored(fixture)).toMatchObject([{ body: '1' }, { body: '2' }, { body: '3' }]);
  });

  test('a channel whose server is slow does not hold up another', async () => {
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

describe('a message that is refused', () => {
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

  test('leaves the timeline and becomes a failure with its text; the next one goes on', async () => {
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

  test('goes again after the time the server asks for, and keeps its place before the next', async () => {
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

  test('ends as failed when the server asks for patience for too long, with its code only when the user is to see it', async () => {
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

  test('is not even sent when it is too long', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    ada.send(GENERAL, 'x'.repeat(10_001));
    expect(ada.failures.get()).toMatchObject([{ reason: 'too_large' }]);
    await fixture.clock.advance(100);
    expect(fixture.server.commands('send')).toEqual([]);
  });

  test('can be tried again under the same id, at the end of the order, or dismissed', async () => {
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

describe('a message without an answer', () => {
  const ignoreSends = (command: ClientFrame) => (command.type === 'send' ? [] : null);

  test('fails after sendTimeoutMs while connected', async () => {
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

  test('does not make those behind it wait one after the other', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.intercept = ignoreSends;
    for (const body of ['1', '2', '3']) ada.send(GENERAL, body);
    await fixture.clock.advance(10_000);
    expect(ada.failures.get().map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  test('that waited for a connection has sendTimeoutMs once there is one', async () => {
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

  test('is given up when the connection goes each time it is sent', async () => {
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

  test('fails after 30 s without a connection', async () => {
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
    'a queue that the server works off slowly does not time out (ok first: %s)',
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

  test('the failure is taken back when a late ok or event shows that it was stored', async () => {
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

  test('the failure is taken back when a sync after a reconnect brings the message', async () => {
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

  test('the failure is taken back when history shows it, in a channel that was not loaded', async () => {
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
  test('[SD3] the message goes again with the same id, and is there once', async () => {
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

  test('nothing flickers: a subscriber never sees the message twice, missing, or out of place', async () => {
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

describe('the outbox is bounded', () => {
  test('one operation too many fails at once, and the others are sent', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.connection.close();
    for (let index = 0; index <= MAX_PENDING; index += 1) ada.send(GENERAL, `${index}`);
    expect(timeline(ada).messages).toHaveLength(MAX_PENDING);
    expect(ada.failures.get()).toMatchObject([{ text: `${MAX_PENDING}`, reason: 'unavailable' }]);
  });

  test('of the failed operations the oldest is forgotten', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    for (let index = 0; index <= MAX_FAILED; index += 1) ada.send(GENERAL, `${index}${'x'.repeat(10_000)}`);
    expect(ada.failures.get()).toHaveLength(MAX_FAILED);
    expect(ada.failures.get()[0]?.text.startsWith('1x')).toBe(true);
  });
});
