import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { StoreFixture } from '#ports/store-contract/fixture.ts';
import { TemporaryFolder } from '#testing/temporary-database.ts';

test('a commit waits for an open transaction of the accounts', async () => {
  await using folder = await TemporaryFolder.make();
  const { store, users, kysely } = await folder.open();
  const fixture = new StoreFixture({ store, users, close: async () => undefined });
  const ada = await fixture.user('Ada');
  const channel = await fixture.channel([ada]);
  const order: string[] = [];
  let sent: Promise<unknown> = Promise.resolve();
  await kysely.transaction().execute(async (transaction) => {
    sent = fixture.send(channel, ada, 'meanwhile').then(() => order.push('commit'));
    await transaction.updateTable('users').set({ name: 'Augusta' }).where('id', '=', ada).execute();
    order.push('transaction');
  });
  await sent;
  expect(order).toEqual(['transaction', 'commit']);
  expect(await users.find(ada)).toMatchObject({ name: 'Augusta' });
});

test('a read never waits for an open transaction', async () => {
  await using folder = await TemporaryFolder.make();
  const { users, kysely } = await folder.open();
  const ada = await users.createForSubject('1', 'Ada');
  await kysely.transaction().execute(async (transaction) => {
    await transaction.updateTable('users').set({ name: 'Augusta' }).where('id', '=', ada.id).execute();
    const name = () => kysely.selectFrom('users').select('name').executeTakeFirstOrThrow();
    expect(await name()).toEqual({ name: 'Ada' });
    expect(await users.find(ada.id)).toMatchObject({ name: 'Ada' });
    expect(await transaction.selectFrom('users').select('name').execute()).toEqual([{ name: 'Augusta' }]);
  });
  expect(await users.find(ada.id)).toMatchObject({ name: 'Augusta' });
});

test('a transaction that throws stores nothing, and the next writer can start', async () => {
  await using folder = await TemporaryFolder.make();
  const { users, kysely } = await folder.open();
  const ada = await users.createForSubject('1', 'Ada');
  const broken = kysely.transaction().execute(async (transaction) => {
    await transaction.updateTable('users').set({ name: 'Augusta' }).where('id', '=', ada.id).execute();
    throw new Error('changed my mind');
  });
  await expect(broken).rejects.toThrow('changed my mind');
  expect(await users.update(ada.id, { handle: 'ada2' })).toMatchObject({ value: { name: 'Ada', handle: 'ada2' } });
});

test('a refused statement leaves its transaction open', async () => {
  await using folder = await TemporaryFolder.make();
  const { users, kysely } = await folder.open();
  const [ada, bob] = [await users.createForSubject('1', 'Ada'), await users.createForSubject('2', 'Bob')];
  await kysely.transaction().execute(async (transaction) => {
    const rename = (handle: string) =>
      transaction.updateTable('users').set({ handle }).where('id', '=', ada.id).execute();
    await expect(rename(bob.handle)).rejects.toThrow(/UNIQUE constraint/);
    await rename('countess');
  });
  expect(await users.find(ada.id)).toMatchObject({ handle: 'countess' });
});

test('a statement after the end of its transaction is refused', async () => {
  await using folder = await TemporaryFolder.make();
  const { users, kysely } = await folder.open();
  const ada = await users.createForSubject('1', 'Ada');
  const cut = kysely.transaction().execute(async (transaction) => {
    await sql`rollback`.execute(transaction);
    await transaction.updateTable('users').set({ name: 'Augusta' }).where('id', '=', ada.id).execute();
  });
  await expect(cut).rejects.toThrow('the transaction is gone');
  expect(await users.find(ada.id)).toEqual(ada);
});

test('a database closes after the writes in flight', async () => {
  await using folder = await TemporaryFolder.make();
  const { users, store } = await folder.open();
  const making = users.createForSubject('1', 'Ada');
  await store.close();
  await expect(making).resolves.toMatchObject({ name: 'Ada' });
});
