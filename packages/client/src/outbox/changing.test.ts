import { SEND_TIMEOUT_MS, type ServerFrame } from '@parley/protocol';
import { ADA, BOB, ClientFixture, GENERAL, openGeneral, shown, shownInGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from '../parley-client.ts';

const timeline = (client: ParleyClient) => client.timeline(GENERAL).get();

describe('a change of a message', () => {
  test('an edit, a deletion and a reaction are shown at once and confirmed in place', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const id = ada.send(GENERAL, 'one');
    const other = ada.send(GENERAL, 'two');
    await fixture.clock.advance(100);
    ada.edit(GENERAL, id, 'ONE');
    ada.react(GENERAL, id, '👍');
    ada.delete(GENERAL, other);
    expect(shownInGeneral(ada)).toEqual(['ONE', '~']);
    const changing = { changing: true, reactions: [{ emoji: '👍', users: [ADA] }] };
    expect(timeline(ada).messages[0]).toMatchObject(changing);
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['ONE', '~']);
    expect(timeline(ada).messages[0]).toMatchObject({
      ...changing,
      changing: false,
      editedAt: fixture.server.channel(GENERAL).log[4]?.at,
    });
    ada.unreact(GENERAL, id, '👍');
    expect(timeline(ada).messages[0]?.reactions).toEqual([]);
    await fixture.clock.advance(100);
    expect(timeline(ada).messages[0]).toMatchObject({ changing: false, reactions: [] });
  });

  test('an edit leaves the outbox once its event arrives, so that a later edit of another device is shown', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.isOkFirst = true;
    const id = ada.send(GENERAL, 'one');
    await fixture.clock.advance(100);
    ada.edit(GENERAL, id, 'here');
    await fixture.clock.advance(100);
    fixture.server.append(GENERAL, { type: 'edited', by: ADA, id, body: 'there' });
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['there']);
  });

  test('many changes that a slow server stores one by one do not time out', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const id = ada.send(GENERAL, 'one');
    await fixture.clock.advance(100);
    fixture.server.latencyMs = 2_000;
    for (const body of ['2', '3', '4', '5']) ada.edit(GENERAL, id, body);
    await fixture.clock.advance(20_000);
    expect(ada.failures.get()).toEqual([]);
    expect(timeline(ada).messages[0]).toMatchObject({ body: '5', changing: false });
  });

  test('a refused edit is reverted to the log, and its text is kept as a failure', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.post(GENERAL, BOB, { body: 'mine', id: 'm1' });
    await fixture.clock.advance(100);
    fixture.server.intercept = (command, connection) => {
      if (command.type === 'edit') connection.refuse(command.ref, 'forbidden');
      return command.type === 'edit' ? [] : null;
    };
    ada.edit(GENERAL, 'm1', 'yours');
    expect(shownInGeneral(ada)).toEqual(['yours']);
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['mine']);
    expect(ada.failures.get()).toMatchObject([{ kind: 'edit', message: 'm1', text: 'yours', reason: 'forbidden' }]);
  });

  test('a message that is deleted while pending is first sent, then deleted', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const id = ada.send(GENERAL, 'oops');
    ada.delete(GENERAL, id);
    expect(shownInGeneral(ada)).toEqual(['?~']);
    await fixture.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['~']);
    expect(fixture.server.channel(GENERAL).log.map(({ type }) => type)).toEqual([
      'joined',
      'joined',
      'message',
      'deleted',
    ]);
    expect(ada.failures.get()).toEqual([]);
  });

  test('the changes of a message fail with it: an edit becomes its text, a deletion removes it', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const edited = ada.send(GENERAL, 'frist');
    ada.edit(GENERAL, edited, 'first');
    const deleted = ada.send(GENERAL, 'oops');
    ada.delete(GENERAL, deleted);
    await fixture.clock.advance(20_000);
    expect(ada.failures.get()).toMatchObject([{ id: edited, kind: 'send', text: 'first' }]);
    expect(shownInGeneral(ada)).toEqual([]);
  });
});

/** Ada has sent a message that gets no reply, and changed it; then the send times out. */
async function changedUnanswered(
  fixture: ClientFixture,
  isStored: boolean,
  change: (ada: ParleyClient, id: string) => void,
) {
  const ada = await openGeneral(fixture);
  fixture.server.filter = (frame) => (frame.type === 'ok' || frame.type === 'message' ? [] : [frame]);
  fixture.server.intercept = (command) => (command.type === 'send' && !isStored ? [] : null);
  const id = ada.send(GENERAL, 'frist');
  change(ada, id);
  await fixture.clock.advance(SEND_TIMEOUT_MS + 1);
  fixture.server.filter = null;
  fixture.server.intercept = null;
  return { ada, id };
}

describe('a message that failed but was stored', () => {
  test('a failed message that turns up with its first text gets the user’s later edit', async () => {
    await using fixture = new ClientFixture();
    const { ada, id } = await changedUnanswered(fixture, true, (ada, id) => ada.edit(GENERAL, id, 'first'));
    expect(ada.failures.get()).toMatchObject([{ kind: 'send', text: 'first' }]);
    fixture.server.connection.close();
    await fixture.clock.advance(5_000);
    expect(ada.failures.get()).toEqual([]);
    expect(ada.timeline(GENERAL).get().messages).toMatchObject([{ id, body: 'first', state: 'sent', changing: false }]);
    expect(fixture.server.commands('edit')).toMatchObject([{ id, body: 'first' }]);
  });

  test('a retry of a stored message sends the edit and stores nothing twice', async () => {
    await using fixture = new ClientFixture();
    const { ada, id } = await changedUnanswered(fixture, true, (ada, id) => ada.edit(GENERAL, id, 'first'));
    ada.retry(id);
    await fixture.clock.advance(3_000);
    expect(ada.timeline(GENERAL).get().messages).toMatchObject([{ id, body: 'first', changing: false }]);
  });

  test('a message that is edited again after a retry ends with the last text', async () => {
    await using fixture = new ClientFixture();
    const { ada, id } = await changedUnanswered(fixture, true, (ada, id) => ada.edit(GENERAL, id, 'first'));
    // The replies arrive before the events.
    fixture.server.filter = (frame) => (frame.type === 'ok' ? [frame] : []);
    ada.retry(id);
    ada.edit(GENERAL, id, 'second');
    await fixture.clock.advance(1_000);
    expect(fixture.server.commands('edit').map(({ body }) => body)).toEqual(['first', 'second']);
    fixture.server.filter = null;
    fixture.server.connection.close();
    await fixture.clock.advance(5_000);
    expect(ada.timeline(GENERAL).get().messages).toMatchObject([{ id, body: 'second', changing: false }]);
  });

  test('a stored message whose edit fails too shows the text of the log, even before its event arrives', async () => {
    await using fixture = new ClientFixture();
    const { ada, id } = await changedUnanswered(fixture, true, (ada, id) => ada.edit(GENERAL, id, 'first'));
    fixture.server.filter = (frame) => (frame.type === 'ok' ? [frame] : []);
    fixture.server.intercept = (command) => (command.type === 'edit' ? [] : null);
    ada.retry(id);
    await fixture.clock.advance(50);
    expect(ada.timeline(GENERAL).get().messages).toMatchObject([{ id, body: 'first', state: 'sent', changing: true }]);
    await fixture.clock.advance(SEND_TIMEOUT_MS);
    expect(ada.timeline(GENERAL).get().messages).toMatchObject([{ id, body: 'frist', state: 'sent', changing: false }]);
    expect(ada.failures.get()).toMatchObject([{ kind: 'edit', text: 'first', reason: 'timeout' }]);
  });

  test('a failed message keeps its edit over a reload', async () => {
    await using fixture = new ClientFixture();
    const { ada, id } = await changedUnanswered(fixture, true, (ada, id) => ada.edit(GENERAL, id, 'first'));
    await ada.close();
    const again = await fixture.online(ADA);
    again.open(GENERAL);
    await fixture.clock.advance(1_000);
    expect(again.timeline(GENERAL).get().messages).toMatchObject([{ id, body: 'first', changing: false }]);
  });

  test('a failed message that turns up is deleted if the user had deleted it', async () => {
    await using fixture = new ClientFixture();
    const { ada, id } = await changedUnanswered(fixture, true, (ada, id) => ada.delete(GENERAL, id));
    fixture.server.connection.close();
    await fixture.clock.advance(5_000);
    expect(ada.timeline(GENERAL).get().messages).toMatchObject([{ id, deleted: true }]);
    expect(ada.failures.get()).toEqual([]);
  });

  test('a deletion of a message that was never stored is no failure', async () => {
    await using fixture = new ClientFixture();
    const { ada } = await changedUnanswered(fixture, false, (ada, id) => ada.delete(GENERAL, id));
    fixture.server.connection.close();
    await fixture.clock.advance(5_000);
    expect(fixture.server.commands('delete')).not.toEqual([]);
    expect(ada.timeline(GENERAL).get().messages).toEqual([]);
    expect(ada.failures.get()).toEqual([]);
  });

  test.each([false, true])(
    'a message that is stored after its deletion found nothing is deleted then (page reloaded: %s)',
    async (isReloaded) => {
      await using fixture = new ClientFixture();
      const { ada, id } = await changedUnanswered(fixture, false, (ada, id) => ada.delete(GENERAL, id));
      await fixture.clock.advance(5_000);
      expect(fixture.server.commands('delete')).toMatchObject([{ id }]);
      if (isReloaded) await ada.close();
      const client = isReloaded ? await fixture.online(ADA) : ada;
      client.open(GENERAL);
      await fixture.clock.advance(1_000);
      fixture.server.post(GENERAL, ADA, { id, body: 'frist' });
      await fixture.clock.advance(1_000);
      expect(client.timeline(GENERAL).get().messages).toMatchObject([{ id, deleted: true }]);
      expect(client.failures.get()).toEqual([]);
      expect(fixture.server.commands('delete')).toHaveLength(2);
    },
  );
});

describe('a removal from a channel', () => {
  test('a removal fails the pending operations of the channel, and of no other', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addChannel('c_other', [ADA]);
    const ada = await openGeneral(fixture);
    fixture.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const id = ada.send(GENERAL, 'too late');
    ada.send('c_other', 'still');
    await fixture.clock.advance(50);
    fixture.server.remove(GENERAL, ADA);
    await fixture.clock.advance(50);
    expect(ada.failures.get()).toMatchObject([{ id, reason: 'removed', text: 'too late' }]);
    expect(ada.channels.get().map((channel) => channel.id)).toEqual(['c_other']);
    expect(timeline(ada)).toMatchObject({ state: 'empty', messages: [] });
  });

  test('a message whose reply arrives after the removal has not failed and is no longer shown', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    const late: ServerFrame[] = [];
    fixture.server.filter = (frame) => {
      if (frame.type === 'ok') late.push(frame);
      return frame.type === 'ok' || frame.type === 'message' ? [] : [frame];
    };
    ada.send(GENERAL, 'just in time');
    await fixture.clock.advance(50);
    fixture.server.filter = null;
    fixture.server.remove(GENERAL, ADA);
    await fixture.clock.advance(50);
    expect(ada.failures.get()).toMatchObject([{ reason: 'removed' }]);
    for (const frame of late) fixture.server.connection.send(frame);
    await fixture.clock.advance(50);
    expect(ada.failures.get()).toEqual([]);
    expect(timeline(ada).messages).toEqual([]);
  });

  test('a removal during an outage does the same: a channel that ready does not list is removed', async () => {
    await using fixture = new ClientFixture();
    const ada = await openGeneral(fixture);
    fixture.server.handshakeRefusal = { kind: 'unreachable' };
    fixture.server.connection.close();
    ada.send(GENERAL, 'too late');
    fixture.server.remove(GENERAL, ADA);
    fixture.server.handshakeRefusal = null;
    await fixture.clock.advance(5_000);
    expect(ada.failures.get()).toMatchObject([{ reason: 'removed' }]);
    expect(fixture.server.commands('send')).toEqual([]);
  });
});

describe('a first direct message', () => {
  test('[SD6] a first direct message is shown before its channel exists, and stays when it does', async () => {
    await using fixture = new ClientFixture();
    fixture.server.addUser(BOB);
    const ada = await fixture.online(ADA);
    const direct = ada.timeline(`to:${BOB}`);
    expect(ada.channelOf(`to:${BOB}`)).toBeNull();
    expect(direct.get()).toMatchObject({ state: 'loaded', messages: [] });
    ada.send(`to:${BOB}`, 'hi');
    ada.send(`to:${BOB}`, 'there');
    expect(shown(direct.get())).toEqual(['?hi', '?there']);
    const counts = new Set<number>();
    direct.subscribe(() => counts.add(direct.get().messages.length));
    await fixture.clock.advance(200);
    ada.open(`to:${BOB}`);
    await fixture.clock.advance(100);
    // No state in between lacks one of them.
    expect([...counts]).toEqual([2]);
    const channel = ada.channelOf(`to:${BOB}`);
    expect(channel).toMatchObject({ kind: 'dm', others: [BOB], memberCount: 2 });
    expect(shown(direct.get())).toEqual(['hi', 'there']);
    expect(shown(ada.timeline(channel!.id).get())).toEqual(['hi', 'there']);
  });
});
