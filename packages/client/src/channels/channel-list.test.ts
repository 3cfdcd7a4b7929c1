import { ADA, BOB, ClientWorld } from '@parley/testkit';
import { expect, test } from 'vitest';

test('channels stand by name, direct messages after them by last activity', async () => {
  await using world = new ClientWorld();
  for (const id of ['c_zoo', 'c_Art', 'c_room10', 'c_room9']) world.server.addChannel(id, [ADA]);
  world.server.addChannel('c_dm1', [ADA, BOB], 'dm');
  world.server.addChannel('c_dm2', [ADA, 'u_eve'], 'dm');
  const ada = await world.online(ADA);
  const ids = () => ada.channels.get().map(({ id }) => id);
  world.server.say('c_dm1', BOB);
  await world.clock.advance(100);
  expect(ids()).toEqual(['c_Art', 'c_room9', 'c_room10', 'c_zoo', 'c_dm1', 'c_dm2']);
  world.server.say('c_dm2', 'u_eve');
  await world.clock.advance(100);
  expect(ids()).toEqual(['c_Art', 'c_room9', 'c_room10', 'c_zoo', 'c_dm2', 'c_dm1']);
  world.server.append('c_zoo', { type: 'renamed', by: BOB, name: 'aardvarks', topic: 'who?' });
  await world.clock.advance(100);
  expect(ids()[0]).toBe('c_zoo');
  expect(ada.channelOf('c_zoo')).toMatchObject({ name: 'aardvarks', topic: 'who?' });
});

test('a channel that did not change stays the same object, and so does the list when none did', async () => {
  await using world = new ClientWorld();
  world.server.addChannel('c_a', [ADA, BOB]);
  world.server.addChannel('c_b', [ADA, BOB]);
  const ada = await world.online(ADA);
  ada.open('c_a');
  await world.clock.advance(100);
  const [before] = [ada.channels.get()];
  world.server.say('c_b', BOB);
  await world.clock.advance(100);
  const after = ada.channels.get();
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  ada.open('c_b');
  await world.clock.advance(100);
  expect(ada.channels.get()[0]).toBe(before[0]);
});

test('gained and lost channels come and go, and members are counted', async () => {
  await using world = new ClientWorld();
  world.server.addChannel('c_a', [ADA]);
  world.server.addChannel('c_b', [BOB]);
  const ada = await world.online(ADA);
  world.server.join('c_a', BOB);
  world.server.join('c_b', ADA);
  await world.clock.advance(100);
  expect(ada.channels.get().map(({ id, memberCount }) => [id, memberCount])).toEqual([
    ['c_a', 2],
    ['c_b', 2],
  ]);
  world.server.remove('c_b', ADA);
  await world.clock.advance(100);
  expect(ada.channels.get().map(({ id }) => id)).toEqual(['c_a']);
});

test('a note to oneself is the direct message with oneself', async () => {
  await using world = new ClientWorld();
  world.server.addChannel('c_note', [ADA], 'dm');
  world.server.addChannel('c_dm', [ADA, BOB], 'dm');
  const ada = await world.online(ADA);
  expect(ada.channelOf(`to:${ADA}`)).toMatchObject({ id: 'c_note', others: [ADA] });
  expect(ada.channelOf(`to:${BOB}`)).toMatchObject({ id: 'c_dm', others: [BOB] });
});
