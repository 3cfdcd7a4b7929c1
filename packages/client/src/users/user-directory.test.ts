import { ADA, BOB, ClientFixture, GENERAL } from '@parley/testkit';
import { expect, test } from 'vitest';

test('unknown users are requested once, together', async () => {
  await using fixture = new ClientFixture();
  const others = ['u_b', 'u_c', 'u_d'];
  for (const id of others) fixture.server.addUser(id);
  fixture.server.addChannel(GENERAL, [ADA, ...others]);
  const ada = await fixture.online(ADA);
  for (const id of others) fixture.server.post(GENERAL, id);
  fixture.server.post(GENERAL, 'u_nobody');
  await fixture.clock.advance(100);
  expect(fixture.lookups).toEqual([['u_b', 'u_c', 'u_d', 'u_nobody']]);
  expect([...ada.users.get().keys()]).toEqual([ADA, ...others]);
  for (const id of [...others, 'u_nobody']) fixture.server.post(GENERAL, id);
  await fixture.clock.advance(10_000);
  expect(fixture.lookups).toHaveLength(1);
});

test('members of direct messages, and users who are mentioned, react or type, are requested too', async () => {
  await using fixture = new ClientFixture();
  fixture.server.addChannel('c_dm', [ADA, BOB], 'dm');
  fixture.server.addChannel(GENERAL, [ADA]);
  fixture.server.post(GENERAL, ADA, { id: 'm' });
  fixture.server.post(GENERAL, ADA, { mentions: ['u_mel'] });
  fixture.server.append(GENERAL, { type: 'reacted', by: 'u_eve', id: 'm', emoji: '👍' });
  const ada = await fixture.online(ADA);
  fixture.server.connection.send({ type: 'typing', channel: GENERAL, user: 'u_zoe', on: true });
  ada.open(GENERAL);
  await fixture.clock.advance(100);
  expect(fixture.lookups.flat().toSorted()).toEqual([BOB, 'u_eve', 'u_mel', 'u_zoe']);
});

test('mentioned users, and the partner of a new direct message, are requested too', async () => {
  await using fixture = new ClientFixture();
  fixture.server.addChannel(GENERAL, [ADA]);
  fixture.server.append(GENERAL, { type: 'message', by: ADA, message: { id: 'm', body: '@eve', mentions: ['u_eve'] } });
  const ada = await fixture.online(ADA);
  ada.open(GENERAL);
  await fixture.clock.advance(100);
  fixture.server.append(GENERAL, { type: 'message', by: ADA, message: { id: 'n', body: '@zoe', mentions: ['u_zoe'] } });
  ada.open(`to:${BOB}`);
  await fixture.clock.advance(100);
  expect(fixture.lookups.flat().toSorted()).toEqual([BOB, 'u_eve', 'u_zoe']);
});

test('[PR4] a changed profile is applied, the user’s own too', async () => {
  await using fixture = new ClientFixture();
  const ada = await fixture.online(ADA);
  fixture.server.connection.send({ type: 'user', user: { id: ADA, name: 'Ada Lovelace', handle: 'ada' } });
  await fixture.clock.advance(100);
  expect(ada.me.get()?.name).toBe('Ada Lovelace');
  expect(ada.users.get().get(ADA)?.name).toBe('Ada Lovelace');
});

test('a user who may have changed during an outage is requested again when needed', async () => {
  await using fixture = new ClientFixture();
  fixture.server.addUser(BOB);
  fixture.server.addChannel('c_dm', [ADA, BOB], 'dm');
  const ada = await fixture.online(ADA);
  expect(ada.users.get().get(BOB)?.name).toBe('bob');
  fixture.server.users.set(BOB, { id: BOB, name: 'Robert', handle: 'bob' });
  fixture.server.connection.close();
  await fixture.clock.advance(2_000);
  expect(ada.users.get().get(BOB)?.name).toBe('Robert');
});

test('[PR5] presence follows ready and presence frames, and is cleared with the connection', async () => {
  await using fixture = new ClientFixture();
  fixture.server.filter = (frame) => [frame.type === 'ready' ? { ...frame, online: ['u_eve'] } : frame];
  const ada = await fixture.online(ADA);
  fixture.server.connection.send({ type: 'presence', user: BOB, state: 'online' });
  await fixture.clock.advance(100);
  expect([...ada.online.get()]).toEqual(['u_eve', BOB]);
  fixture.server.connection.send({ type: 'presence', user: 'u_eve', state: 'offline' });
  await fixture.clock.advance(100);
  expect([...ada.online.get()]).toEqual([BOB]);
  fixture.server.filter = null;
  fixture.server.connection.close();
  expect([...ada.online.get()]).toEqual([]);
});
