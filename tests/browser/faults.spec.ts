import { expect, test } from './fixture.ts';

test('after a network outage missed messages arrive and pending ones are sent once, in order', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const general =
    (await ada.api<{ channels: { id: string; name: string }[] }>('GET', '/channels')).channels[0]?.id ?? '';
  await ada.send('before');
  await bob.sees('before');
  app.network.cutWebSockets();
  for (let n = 1; n <= 3; n += 1) await bob.send(`offline ${n}`);
  await expect(bob.message('offline 3')).toHaveAttribute('data-state', 'pending');
  await ada.postMessages(general, ['missed 1', 'missed 2']);
  await expect(bob.page.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible({ timeout: 8_000 });
  app.network.heal();
  for (const text of ['missed 1', 'missed 2', 'offline 1', 'offline 2', 'offline 3']) {
    await expect(bob.message(text)).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await bob.sees(text);
  }
  await expect(ada.message('offline 3')).toBeVisible({ timeout: 25_000 });
  expect(await bob.messageOrder(/(missed|offline) \d/)).toEqual([
    'missed 1',
    'missed 2',
    'offline 1',
    'offline 2',
    'offline 3',
  ]);
  expect(await ada.messageOrder(/(missed|offline) \d/)).toEqual(await bob.messageOrder(/(missed|offline) \d/));
});

test('a server that is killed and restarted loses no acknowledged message and duplicates none', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  await ada.send('acknowledged');
  await ada.sees('acknowledged');
  await app.server.kill('SIGKILL');
  await ada.send('into the void');
  await expect(ada.message('into the void')).toHaveAttribute('data-state', 'pending');
  await app.server.restart();
  for (const user of [ada, bob]) {
    await expect(user.message('into the void')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await user.sees('acknowledged');
    await user.sees('into the void');
  }
});

test('a pending message survives a reload and is sent once', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  app.network.cutWebSockets();
  await ada.send('survives');
  await expect(ada.message('survives')).toHaveAttribute('data-state', 'pending');
  await ada.page.reload();
  app.network.heal();
  await expect(ada.message('survives')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
  await ada.sees('survives');
  await bob.sees('survives');
});

test('two tabs do not send each other’s messages twice', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const tab = await ada.openTab();
  await expect(tab.composer()).toBeVisible();
  app.network.cutWebSockets();
  await ada.send('from the first tab');
  await tab.send('from the second tab');
  app.network.heal();
  for (const user of [bob, ada, tab]) {
    await expect(user.message('from the first tab')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await expect(user.message('from the second tab')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await user.sees('from the first tab');
    await user.sees('from the second tab');
  }
});

test('a user whose session ends in another tab is asked to sign in again', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const other = await ada.openTab();
  await expect(other.composer()).toBeVisible();
  await ada.context.request.post('/api/auth/sign-out', { headers: { origin: app.network.url }, data: {} });
  await expect(other.page.getByText(/sign in again|signed out/i).first()).toBeVisible();
});
