import { ADA, BOB, ClientWorld, GENERAL } from '@parley/testkit';
import { expect, test } from 'vitest';

test('users heard of are looked up once, together', async () => {
  await using world = new ClientWorld();
  const others = ['u_b', 'u_c', 'u_d'];
  for (const id of others) world.server.addUser(id);
  world.server.addChannel(GENERAL, [ADA, ...others]);
  const ada = await world.online(ADA);
  for (const id of others) world.server.say(GENERAL, id);
  world.server.say(GENERAL, 'u_nobody');
  await world.clock.advance(100);
  expect(world.lookups).toEqual([['u_b', 'u_c', 'u_d', 'u_nobody']]);
  expect([...ada.users.get().keys()]).toEqual([ADA, ...others]);
  for (const id of [...others, 'u_nobody']) world.server.say(GENERAL, id);
  await world.clock.advance(10_000);
  expect(world.lookups).toHaveLength(1);
});

test('the members of direct messages, who is mentioned, who reacted and who types are looked up too', async () => {
  await using world = new ClientWorld();
  world.server.addChannel('c_dm', [ADA, BOB], 'dm');
  world.server.addChannel(GENERAL, [ADA]);
  world.server.say(GENERAL, ADA, { id: 'm' });
  world.server.say(GENERAL, ADA, { mentions: ['u_mel'] });
  world.server.append(GENERAL, { type: 'reacted', by: 'u_eve', id: 'm', emoji: '👍' });
  const ada = await world.online(ADA);
  world.server.connection.say({ type: 'typing', channel: GENERAL, user: 'u_zoe', on: true });
  ada.open(GENERAL);
  await world.clock.advance(100);
  expect(world.lookups.flat().toSorted()).toEqual([BOB, 'u_eve', 'u_mel', 'u_zoe']);
});

test('whoever is mentioned, and whom a new direct message is to, are looked up too', async () => {
  await using world = new ClientWorld();
  world.server.addChannel(GENERAL, [ADA]);
  world.server.append(GENERAL, { type: 'message', by: ADA, message: { id: 'm', body: '@eve', mentions: ['u_eve'] } });
  const ada = await world.online(ADA);
  ada.open(GENERAL);
  await world.clock.advance(100);
  world.server.append(GENERAL, { type: 'message', by: ADA, message: { id: 'n', body: '@zoe', mentions: ['u_zoe'] } });
  ada.open(`to:${BOB}`);
  await world.clock.advance(100);
  expect(world.lookups.flat().toSorted()).toEqual([BOB, 'u_eve', 'u_zoe']);
});

test('[PR4] a changed profile is taken over, one’s own too', async () => {
  await using world = new ClientWorld();
  const ada = await world.online(ADA);
  world.server.connection.say({ type: 'user', user: { id: ADA, name: 'Ada Lovelace', handle: 'ada' } });
  await world.clock.advance(100);
  expect(ada.me.get()?.name).toBe('Ada Lovelace');
  expect(ada.users.get().get(ADA)?.name).toBe('Ada Lovelace');
});

test('who may have changed while away is looked up again when heard of', async () => {
  await using world = new ClientWorld();
  world.server.addUser(BOB);
  world.server.addChannel('c_dm', [ADA, BOB], 'dm');
  const ada = await world.online(ADA);
  expect(ada.users.get().get(BOB)?.name).toBe('bob');
  world.server.users.set(BOB, { id: BOB, name: 'Robert', handle: 'bob' });
  world.server.connection.close();
  await world.clock.advance(2_000);
  expect(ada.users.get().get(BOB)?.name).toBe('Robert');
});

test('[PR5] presence is shown as ready and its changes tell it, and forgotten with the connection', async () => {
  await using world = new ClientWorld();
  world.server.fault = (frame) => [frame.type === 'ready' ? { ...frame, online: ['u_eve'] } : frame];
  const ada = await world.online(ADA);
  world.server.connection.say({ type: 'presence', user: BOB, state: 'online' });
  await world.clock.advance(100);
  expect([...ada.online.get()]).toEqual(['u_eve', BOB]);
  world.server.connection.say({ type: 'presence', user: 'u_eve', state: 'offline' });
  await world.clock.advance(100);
  expect([...ada.online.get()]).toEqual([BOB]);
  world.server.fault = null;
  world.server.connection.close();
  expect([...ada.online.get()]).toEqual([]);
});
