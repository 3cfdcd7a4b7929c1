import { expect, test } from './fixture.ts';

test('offline and back: what was missed arrives, what was sent meanwhile goes out, in order, once', async ({
  fixture,
}) => {
  test.slow();
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  const general =
    (await ada.api<{ channels: { id: string; name: string }[] }>('GET', '/channels')).channels[0]?.id ?? '';
  await ada.send('before');
  await bob.sees('before');
  fixture.network.cutWebSockets();
  for (let n = 1; n <= 3; n += 1) await bob.send(`offline ${n}`);
  await expect(bob.message('offline 3')).toHaveAttribute('data-state', 'pending');
  await ada.post(general, ['missed 1', 'missed 2']);
  await expect(bob.page.getByRole('status').filter({ hasText: 'Reconnecting' })).toBeVisible({ timeout: 8_000 });
  fixture.network.heal();
  for (const text of ['missed 1', 'missed 2', 'offline 1', 'offline 2', 'offline 3']) {
    await expect(bob.message(text)).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await bob.sees(text);
  }
  await expect(ada.message('offline 3')).toBeVisible({ timeout: 25_000 });
  expect(await bob.order(/(missed|offline) \d/)).toEqual([
    'missed 1',
    'missed 2',
    'offline 1',
    'offline 2',
    'offline 3',
  ]);
  expect(await ada.order(/(missed|offline) \d/)).toEqual(await bob.order(/(missed|offline) \d/));
});

test('the server is killed and comes back: nothing acknowledged is lost, nothing is doubled', async ({ fixture }) => {
  test.slow();
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  await ada.send('acknowledged');
  await ada.sees('acknowledged');
  await fixture.server.kill('SIGKILL');
  await ada.send('into the void');
  await expect(ada.message('into the void')).toHaveAttribute('data-state', 'pending');
  await fixture.server.restart();
  for (const person of [ada, bob]) {
    await expect(person.message('into the void')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await person.sees('acknowledged');
    await person.sees('into the void');
  }
});

test('a pending message survives a reload and is sent once', async ({ fixture }) => {
  test.slow();
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  fixture.network.cutWebSockets();
  await ada.send('survives');
  await expect(ada.message('survives')).toHaveAttribute('data-state', 'pending');
  await ada.page.reload();
  fixture.network.heal();
  await expect(ada.message('survives')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
  await ada.sees('survives');
  await bob.sees('survives');
});

test('two tabs do not send each other’s messages twice', async ({ fixture }) => {
  test.slow();
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  const tab = await ada.openTab();
  await expect(tab.composer()).toBeVisible();
  fixture.network.cutWebSockets();
  await ada.send('from the first tab');
  await tab.send('from the second tab');
  fixture.network.heal();
  for (const person of [bob, ada, tab]) {
    await expect(person.message('from the first tab')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await expect(person.message('from the second tab')).toHaveAttribute('data-state', 'sent', { timeout: 25_000 });
    await person.sees('from the first tab');
    await person.sees('from the second tab');
  }
});

test('whoever is signed out elsewhere is asked to sign in again', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  const other = await ada.openTab();
  await expect(other.composer()).toBeVisible();
  await ada.context.request.post('/api/auth/sign-out', { headers: { origin: fixture.network.url }, data: {} });
  await expect(other.page.getByText(/sign in again|signed out/i).first()).toBeVisible();
});
