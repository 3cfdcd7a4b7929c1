import { expect, test } from './fixture.ts';

test('a message appears immediately, is confirmed in place, and reaches other users', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  app.network.holdReplies();
  await ada.send('hello from Ada');
  const message = ada.message('hello from Ada');
  await expect(message).toHaveAttribute('data-state', 'pending');
  await message.evaluate((element) => element.setAttribute('data-mark', 'the same element'));
  app.network.heal();
  await ada.sees('hello from Ada');
  await expect(message).toHaveAttribute('data-mark', 'the same element');
  await bob.sees('hello from Ada');
  await expect(bob.message('hello from Ada')).toContainText('Ada');
});

test('two users who send alternately see the same order', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  for (let n = 1; n <= 6; n += 1) await (n % 2 === 0 ? ada : bob).send(`line ${n}`);
  for (const user of [ada, bob]) for (let n = 1; n <= 6; n += 1) await user.sees(`line ${n}`);
  expect(await ada.messageOrder(/line \d/)).toEqual(await bob.messageOrder(/line \d/));
});

test('the sender’s other window shows the message once', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const other = await ada.openTab();
  await expect(other.composer()).toBeVisible();
  await ada.send('on both windows');
  await ada.sees('on both windows');
  await other.sees('on both windows');
});

test('a direct message reaches only its two participants', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const eve = await app.signUp('Eve');
  await ada.page.goto(`/dm/${await bob.id()}`);
  await ada.send('for Bob alone', 'Bob');
  await ada.sees('for Bob alone');
  const direct = bob.page.getByRole('navigation', { name: 'Direct messages' });
  await direct.getByRole('link', { name: 'Ada', exact: true }).click();
  await bob.sees('for Bob alone');
  await bob.send('and back', 'Ada');
  await ada.sees('and back');
  await expect(
    eve.page.getByRole('navigation', { name: 'Direct messages' }).getByRole('link', { name: 'Ada' }),
  ).toHaveCount(0);
});

test('the typing line names the other users who type and disappears with their text', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const cid = await app.signUp('Cid');
  await ada.composer().pressSequentially('I am');
  await expect(bob.typingLine('Ada is typing')).toBeVisible();
  await expect(ada.typingLine('is typing')).toHaveCount(0);
  await cid.composer().pressSequentially('me too');
  await expect(bob.typingLine(/Ada and Cid are typing|Cid and Ada are typing/)).toBeVisible();
  await ada.composer().fill('');
  await expect(bob.typingLine('Cid is typing')).toBeVisible();
  await cid.composer().press('Enter');
  await bob.sees('me too');
  await expect(bob.typingLine('typing')).toHaveCount(0);
});

test('the typing line disappears when the tab closes and when the network fails', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const tab = await ada.openTab();
  await tab.composer().pressSequentially('closing');
  await expect(bob.typingLine('Ada is typing')).toBeVisible();
  await tab.page.close();
  await expect(bob.typingLine('typing')).toHaveCount(0);
  await ada.composer().pressSequentially('and then nothing');
  await expect(bob.typingLine('Ada is typing')).toBeVisible();
  app.network.cut();
  await expect(bob.typingLine('typing')).toHaveCount(0, { timeout: 8_000 });
});

test('a send without a timely reply fails, and its error disappears when it was stored after all', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  app.network.holdReplies();
  await ada.send('was it stored?');
  await expect(ada.alert()).toContainText('was it stored?', { timeout: 15_000 });
  await expect(ada.message('was it stored?')).toHaveCount(0);
  app.network.heal();
  await expect(ada.alert()).toHaveCount(0, { timeout: 15_000 });
  await ada.sees('was it stored?');
});

test('Try again sends a failed message once, and Edit restores its text', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  app.network.dropRequests();
  await ada.send('lost on the way');
  await expect(ada.alert()).toContainText('lost on the way', { timeout: 15_000 });
  app.network.heal();
  await ada.alert().getByRole('button', { name: 'Try again' }).click();
  await ada.sees('lost on the way');
  await bob.sees('lost on the way');
  app.network.dropRequests();
  await ada.send('second thoughts');
  await expect(ada.alert()).toContainText('second thoughts', { timeout: 15_000 });
  app.network.heal();
  await ada.alert().getByRole('button', { name: 'Edit' }).click();
  await expect(ada.composer()).toHaveValue('second thoughts');
  await expect(ada.alert()).toHaveCount(0);
  await expect(ada.message('second thoughts')).toHaveCount(0);
});

test('a removed member loses the channel immediately', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const channel = await ada.createChannel('secret-plans', 'private');
  await ada.api('POST', `/channels/${channel}/members`, { user: await bob.id() });
  await bob.openChannel('secret-plans');
  await ada.api('DELETE', `/channels/${channel}/members/${await bob.id()}`);
  await expect(bob.sidebarLink('secret-plans')).toHaveCount(0);
  await ada.postMessages(channel, ['not for Bob']);
  await expect(bob.page.getByText('not for Bob')).toHaveCount(0);
});
