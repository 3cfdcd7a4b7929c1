import { ADA, BOB, ClientFixture } from '@parley/testkit';
import { expect, test } from 'vitest';

test('channels are sorted by name, direct messages follow by last activity', async () => {
  await using fixture = new ClientFixture();
  for (const id of ['c_zoo', 'c_Art', 'c_room10', 'c_room9']) fixture.server.addChannel(id, [ADA]);
  fixture.server.addChannel('c_dm1', [ADA, BOB], 'dm');
  fixture.server.addChannel('c_dm2', [ADA, 'u_eve'], 'dm');
  const ada = await fixture.online(ADA);
  const ids = () => ada.channels.get().map(({ id }) => id);
  fixture.server.post('c_dm1', BOB);
  await fixture.clock.advance(100);
  expect(ids()).toEqual(['c_Art', 'c_room9', 'c_room10', 'c_zoo', 'c_dm1', 'c_dm2']);
  fixture.server.post('c_dm2', 'u_eve');
  await fixture.clock.advance(100);
  expect(ids()).toEqual(['c_Art', 'c_room9', 'c_room10', 'c_zoo', 'c_dm2', 'c_dm1']);
  fixture.server.append('c_zoo', { type: 'renamed', by: BOB, name: 'aardvarks', topic: 'who?' });
  await fixture.clock.advance(100);
  expect(ids()[0]).toBe('c_zoo');
  expect(ada.channelOf('c_zoo')).toMatchObject({ name: 'aardvarks', topic: 'who?' });
});

test('an unchanged channel stays the same object, and so does an unchanged list', async () => {
  await using fixture = new ClientFixture();
  fixture.server.addChannel('c_a', [ADA, BOB]);
  fixture.server.addChannel('c_b', [ADA, BOB]);
  const ada = await fixture.online(ADA);
  ada.open('c_a');
  await fixture.clock.advance(100);
  const [before] = [ada.channels.get()];
  fixture.server.post('c_b', BOB);
  await fixture.clock.advance(100);
  const after = ada.channels.get();
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  ada.open('c_b');
  await fixture.clock.advance(100);
  expect(ada.channels.get()[0]).toBe(before[0]);
});

test('joined and left channels appear and disappear, and members are counted', async () => {
  await using fixture = new ClientFixture();
  fixture.server.addChannel('c_a', [ADA]);
  fixture.server.addChannel('c_b', [BOB]);
  const ada = await fixture.online(ADA);
  fixture.server.join('c_a', BOB);
  fixture.server.join('c_b', ADA);
  await fixture.clock.advance(100);
  expect(ada.channels.get().map(({ id, memberCount }) => [id, memberCount])).toEqual([
    ['c_a', 2],
    ['c_b', 2],
  ]);
  fixture.server.remove('c_b', ADA);
  await fixture.clock.advance(100);
  expect(ada.channels.get().map(({ id }) => id)).toEqual(['c_a']);
});

test('a note to oneself is the direct message with oneself', async () => {
  await using fixture = new ClientFixture();
  fixture.server.addChannel('c_note', [ADA], 'dm');
  fixture.server.addChannel('c_dm', [ADA, BOB], 'dm');
  const ada = await fixture.online(ADA);
  expect(ada.channelOf(`to:${ADA}`)).toMatchObject({ id: 'c_note', others: [ADA] });
  expect(ada.channelOf(`to:${BOB}`)).toMatchObject({ id: 'c_dm', others: [BOB] });
});
