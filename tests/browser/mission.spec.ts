import { expect, test } from './fixture.ts';

test('a message shows at once, is confirmed in place, and reaches the others', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  fixture.network.holdReplies();
  await ada.send('hello from Ada');
  const message = ada.message('hello from Ada');
  await expect(message).toHaveAttribute('data-state', 'pending');
  await message.evaluate((element) => element.setAttribute('data-mark', 'the same element'));
  fixture.network.heal();
  await ada.sees('hello from Ada');
  await expect(message).toHaveAttribute('data-mark', 'the same element');
  await bob.sees('hello from Ada');
  await expect(bob.message('hello from Ada')).toContainText('Ada');
});

test('both see one order, and a pending message stays where it is while others arrive', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  for (let n = 1; n <= 6; n += 1) await (n % 2 === 0 ? ada : bob).send(`line ${n}`);
  for (const person of [ada, bob]) for (let n = 1; n <= 6; n += 1) await person.sees(`line ${n}`);
  expect(await ada.order(/line \d/)).toEqual(await bob.order(/line \d/));
});

test('the sender’s other window shows the message once', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  const other = await ada.openTab();
  await expect(other.composer()).toBeVisible();
  await ada.send('on both windows');
  await ada.sees('on both windows');
  await other.sees('on both windows');
});

test('a direct message reaches the two people only', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  const eve = await fixture.join('Eve');
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

test('typing shows to the others only, for one and for two, and goes when the text goes', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  const cid = await fixture.join('Cid');
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

test('typing goes when the tab closes, when the network goes, and by itself', async ({ fixture }) => {
  test.slow();
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  const tab = await ada.openTab();
  await tab.composer().pressSequentially('closing');
  await expect(bob.typingLine('Ada is typing')).toBeVisible();
  await tab.page.close();
  await expect(bob.typingLine('typing')).toHaveCount(0);
  await ada.composer().pressSequentially('and then nothing');
  await expect(bob.typingLine('Ada is typing')).toBeVisible();
  fixture.network.cut();
  await expect(bob.typingLine('typing')).toHaveCount(0, { timeout: 8_000 });
});

test('a send that is not answered in time comes back as an error, and is withdrawn when it was stored after all', async ({
  fixture,
}) => {
  test.slow();
  const ada = await fixture.join('Ada');
  fixture.network.holdReplies();
  await ada.send('was it stored?');
  await expect(ada.alert()).toContainText('was it stored?', { timeout: 15_000 });
  await expect(ada.message('was it stored?')).toHaveCount(0);
  fixture.network.heal();
  await expect(ada.alert()).toHaveCount(0, { timeout: 15_000 });
  await ada.sees('was it stored?');
});

test('Try again posts once, Edit gives the text back', async ({ fixture }) => {
  test.slow();
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  fixture.network.swallowRequests();
  await ada.send('lost on the way');
  await expect(ada.alert()).toContainText('lost on the way', { timeout: 15_000 });
  fixture.network.heal();
  await ada.alert().getByRole('button', { name: 'Try again' }).click();
  await ada.sees('lost on the way');
  await bob.sees('lost on the way');
  fixture.network.swallowRequests();
  await ada.send('second thoughts');
  await expect(ada.alert()).toContainText('second thoughts', { timeout: 15_000 });
  fixture.network.heal();
  await ada.alert().getByRole('button', { name: 'Edit' }).click();
  await expect(ada.composer()).toHaveValue('second thoughts');
  await expect(ada.alert()).toHaveCount(0);
  await expect(ada.message('second thoughts')).toHaveCount(0);
});

test('a member who is removed loses the channel at once', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  const channel = await ada.makeChannel('secret-plans', 'private');
  await ada.api('POST', `/channels/${channel}/members`, { user: await bob.id() });
  await bob.openChannel('secret-plans');
  await ada.api('DELETE', `/channels/${channel}/members/${await bob.id()}`);
  await expect(bob.link('secret-plans')).toHaveCount(0);
  await ada.post(channel, ['not for Bob']);
  await expect(bob.page.getByText('not for Bob')).toHaveCount(0);
});
