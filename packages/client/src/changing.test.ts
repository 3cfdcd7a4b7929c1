import { ADA, BOB, ClientWorld, GENERAL, openGeneral, shown, shownInGeneral } from '@parley/testkit';
import { describe, expect, test } from 'vitest';
import type { ParleyClient } from './parley-client.ts';

const timeline = (client: ParleyClient) => client.timeline(GENERAL).get();

describe('what is done to a message', () => {
  test('an edit, a deletion and a reaction are shown at once and confirmed in place', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    const id = ada.send(GENERAL, 'one');
    const other = ada.send(GENERAL, 'two');
    await world.clock.advance(100);
    ada.edit(GENERAL, id, 'ONE');
    ada.react(GENERAL, id, '👍');
    ada.delete(GENERAL, other);
    expect(shownInGeneral(ada)).toEqual(['ONE', '~']);
    const changing = { changing: true, reactions: [{ emoji: '👍', users: [ADA] }] };
    expect(timeline(ada).messages[0]).toMatchObject(changing);
    await world.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['ONE', '~']);
    expect(timeline(ada).messages[0]).toMatchObject({
      ...changing,
      changing: false,
      editedAt: world.server.channel(GENERAL).log[4]?.at,
    });
    ada.unreact(GENERAL, id, '👍');
    expect(timeline(ada).messages[0]?.reactions).toEqual([]);
    await world.clock.advance(100);
    expect(timeline(ada).messages[0]).toMatchObject({ changing: false, reactions: [] });
  });

  test('an edit is let go of once its event is here: what another device edits afterwards is shown', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.isOkFirst = true;
    const id = ada.send(GENERAL, 'one');
    await world.clock.advance(100);
    ada.edit(GENERAL, id, 'here');
    await world.clock.advance(100);
    world.server.append(GENERAL, { type: 'edited', by: ADA, id, body: 'there' });
    await world.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['there']);
  });

  test('many changes that the server works off slowly do not time out', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    const id = ada.send(GENERAL, 'one');
    await world.clock.advance(100);
    world.server.latencyMs = 2_000;
    for (const body of ['2', '3', '4', '5']) ada.edit(GENERAL, id, body);
    await world.clock.advance(20_000);
    expect(ada.failures.get()).toEqual([]);
    expect(timeline(ada).messages[0]).toMatchObject({ body: '5', changing: false });
  });

  test('a refused edit falls back to what the log says, and its text is kept as a failure', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.say(GENERAL, BOB, { body: 'mine', id: 'm1' });
    await world.clock.advance(100);
    world.server.intercept = (command, connection) => {
      if (command.type === 'edit') connection.refuse(command.ref, 'forbidden');
      return command.type === 'edit' ? [] : null;
    };
    ada.edit(GENERAL, 'm1', 'yours');
    expect(shownInGeneral(ada)).toEqual(['yours']);
    await world.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['mine']);
    expect(ada.failures.get()).toMatchObject([{ kind: 'edit', message: 'm1', text: 'yours', reason: 'forbidden' }]);
  });

  test('a message deleted while it is still pending is sent first, and deleted then', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    const id = ada.send(GENERAL, 'oops');
    ada.delete(GENERAL, id);
    expect(shownInGeneral(ada)).toEqual(['?~']);
    await world.clock.advance(100);
    expect(shownInGeneral(ada)).toEqual(['~']);
    expect(world.server.channel(GENERAL).log.map(({ type }) => type)).toEqual([
      'joined',
      'joined',
      'message',
      'deleted',
    ]);
    expect(ada.failures.get()).toEqual([]);
  });

  test('what was done to a message fails with it: an edit becomes its text, a deletion takes it away', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const edited = ada.send(GENERAL, 'frist');
    ada.edit(GENERAL, edited, 'first');
    const deleted = ada.send(GENERAL, 'oops');
    ada.delete(GENERAL, deleted);
    await world.clock.advance(20_000);
    expect(ada.failures.get()).toMatchObject([{ id: edited, kind: 'send', text: 'first' }]);
    expect(shownInGeneral(ada)).toEqual([]);
  });
});

describe('being removed', () => {
  test('fails what was pending there, takes the channel away, and leaves the other channels alone', async () => {
    await using world = new ClientWorld();
    world.server.addChannel('c_other', [ADA]);
    const ada = await openGeneral(world);
    world.server.intercept = (command) => (command.type === 'send' ? [] : null);
    const id = ada.send(GENERAL, 'too late');
    ada.send('c_other', 'still');
    await world.clock.advance(50);
    world.server.remove(GENERAL, ADA);
    await world.clock.advance(50);
    expect(ada.failures.get()).toMatchObject([{ id, reason: 'removed', text: 'too late' }]);
    expect(ada.channels.get().map((channel) => channel.id)).toEqual(['c_other']);
    expect(timeline(ada)).toMatchObject({ state: 'empty', messages: [] });
  });

  test('while away does the same: a channel that ready does not tell is gone', async () => {
    await using world = new ClientWorld();
    const ada = await openGeneral(world);
    world.server.verdict = { kind: 'unreachable' };
    world.server.connection.close();
    ada.send(GENERAL, 'too late');
    world.server.remove(GENERAL, ADA);
    world.server.verdict = null;
    await world.clock.advance(5_000);
    expect(ada.failures.get()).toMatchObject([{ reason: 'removed' }]);
    expect(world.server.commands('send')).toEqual([]);
  });
});

describe('a first direct message', () => {
  test('[SD6] is shown before the channel exists, and stays when it does', async () => {
    await using world = new ClientWorld();
    world.server.addUser(BOB);
    const ada = await world.online(ADA);
    const direct = ada.timeline(`to:${BOB}`);
    expect(ada.channelOf(`to:${BOB}`)).toBeNull();
    expect(direct.get()).toMatchObject({ state: 'loaded', messages: [] });
    ada.send(`to:${BOB}`, 'hi');
    ada.send(`to:${BOB}`, 'there');
    expect(shown(direct.get())).toEqual(['?hi', '?there']);
    const counts = new Set<number>();
    direct.subscribe(() => counts.add(direct.get().messages.length));
    await world.clock.advance(200);
    ada.open(`to:${BOB}`);
    await world.clock.advance(100);
    // Not even for a moment is one of them gone.
    expect([...counts]).toEqual([2]);
    const channel = ada.channelOf(`to:${BOB}`);
    expect(channel).toMatchObject({ kind: 'dm', others: [BOB], memberCount: 2 });
    expect(shown(direct.get())).toEqual(['hi', 'there']);
    expect(shown(ada.timeline(channel!.id).get())).toEqual(['hi', 'there']);
  });
});
