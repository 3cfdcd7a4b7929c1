import { expect, test } from './fixture.ts';

test('unread messages are counted, marked by a line, and become read on all devices at once', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const channel = await ada.createChannel('design');
  await bob.api('POST', `/channels/${channel}/join`);
  await ada.postMessages(channel, ['first', 'second', 'hey @bob']);
  const phone = await bob.openTab();
  for (const device of [bob, phone]) {
    await expect(device.sidebarLink('design')).toHaveAccessibleDescription(/3 unread.*1 mention/);
  }
  await bob.openChannel('design');
  await expect(bob.page.getByText('New messages', { exact: true })).toBeVisible();
  await bob.sees('hey @bob');
  for (const device of [bob, phone]) {
    await expect(device.sidebarLink('design')).not.toHaveAccessibleDescription(/unread/);
  }
});

test('a message edited with ArrowUp and deleted from its toolbar changes for everyone', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  await ada.send('teh plan');
  await ada.sees('teh plan');
  await ada.composer().press('ArrowUp');
  const editor = ada.page.getByRole('article').getByRole('textbox');
  await expect(editor).toHaveValue('teh plan');
  await editor.fill('the plan');
  await editor.press('Enter');
  await bob.sees('the plan');
  await expect(bob.message('the plan')).toContainText('edited');
  await ada.message('the plan').hover();
  await ada
    .message('the plan')
    .getByRole('button', { name: /Delete/ })
    .click();
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(bob.message('the plan')).toHaveCount(0);
  await expect(bob.page.getByText('This message was deleted')).toBeVisible();
});

test('Markdown is rendered, and hostile text stays text', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  await ada.send(
    '**bold** _italic_ `code` [a link](https://example.org) <img src=x onerror=alert(1)> [x](javascript:alert(1))',
  );
  await bob.sees('bold italic code a link');
  const message = bob.message('bold italic code');
  await expect(message.locator('strong')).toHaveText('bold');
  await expect(message.locator('em')).toHaveText('italic');
  await expect(message.getByRole('link', { name: 'a link' })).toHaveAttribute('rel', /noopener/);
  await expect(message.locator('img')).toHaveCount(0);
  await expect(message.locator('a[href^="javascript"]')).toHaveCount(0);
});

test('history loads while scrolling up, and a button leads back to the latest message', async ({ app }) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const channel = await ada.createChannel('long');
  await ada.postMessages(
    channel,
    Array.from({ length: 230 }, (_, n) => `number ${n + 1} of the story`),
  );
  await ada.page.goto(`/c/${channel}`);
  await ada.sees('number 230 of the story');
  const log = ada.page.getByRole('log');
  await log.hover();
  for (let step = 0; step < 60 && (await ada.message('number 1 of the story').count()) === 0; step += 1) {
    await ada.page.mouse.wheel(0, -1_500);
    await ada.page.waitForTimeout(60);
  }
  await expect(ada.message('number 1 of the story').first()).toBeVisible();
  await ada.page.getByRole('button', { name: /latest|bottom/i }).click();
  await expect(ada.message('number 230 of the story')).toBeVisible();
});

test('a draft is kept per channel and survives a reload', async ({ app }) => {
  const ada = await app.signUp('Ada');
  await ada.createChannel('design');
  await ada.composer().fill('not yet');
  await ada.openChannel('design');
  await expect(ada.composer('#design')).toHaveValue('');
  await ada.openChannel('general');
  await expect(ada.composer()).toHaveValue('not yet');
  await ada.page.reload();
  await expect(ada.composer()).toHaveValue('not yet');
});

test('mentions and emoji are completed while typing', async ({ app }) => {
  const ada = await app.signUp('Ada');
  await app.signUp('Bob');
  await ada.composer().pressSequentially('hello @bo');
  await expect(ada.page.getByRole('option', { name: /Bob/ })).toBeVisible();
  await ada.composer().press('Enter');
  await expect(ada.composer()).toHaveValue('hello @bob ');
  await ada.composer().pressSequentially(':tada');
  await expect(ada.page.getByRole('option', { name: /tada/ }).first()).toBeVisible();
  await ada.composer().press('Enter');
  await expect(ada.composer()).toHaveValue(/hello @bob 🎉/u);
});

test('every channel and person is reachable by keyboard', async ({ app }) => {
  const ada = await app.signUp('Ada');
  await app.signUp('Bob');
  await ada.createChannel('design');
  await ada.page.keyboard.press('Control+k');
  await expect(ada.page.getByRole('dialog').getByRole('combobox')).toBeFocused();
  await ada.page.keyboard.type('desi');
  await ada.page.keyboard.press('Enter');
  await expect(ada.composer('#design')).toBeFocused();
  await ada.page.keyboard.press('Alt+ArrowDown');
  await expect(ada.composer('#general')).toBeVisible();
  await ada.page.keyboard.press('Control+k');
  await ada.page.keyboard.type('bob');
  await ada.page.keyboard.press('Enter');
  await expect(ada.composer('Bob')).toBeFocused();
});

test('a muted channel shows no unread count until it is unmuted', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const channel = await ada.createChannel('noise');
  const bob = await app.signUp('Bob');
  await bob.api('POST', `/channels/${channel}/join`);
  await bob.openChannel('noise');
  const choose = async (name: string): Promise<void> => {
    await bob.page.getByRole('button', { name: 'More actions' }).click();
    await bob.page.getByRole('menuitem', { name, exact: true }).click();
  };
  await choose('Mute');
  await bob.openChannel('general');
  await ada.postMessages(channel, ['hey @bob']);
  await expect(bob.sidebarLink('noise')).toHaveAccessibleDescription('Muted');
  await expect(bob.page).toHaveTitle('#general · Parley');
  await bob.openChannel('noise');
  await choose('Unmute');
  await bob.openChannel('general');
  await ada.postMessages(channel, ['and again @bob']);
  await expect(bob.sidebarLink('noise')).toHaveAccessibleDescription(/unread message/);
});

test('the theme colour of the browser follows the chosen theme', async ({ app }) => {
  const ada = await app.signUp('Ada', { colorScheme: 'light' });
  const colour = async (): Promise<string | null> =>
    ada.page.evaluate(() => {
      const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')];
      return metas.find(({ media }) => matchMedia(media).matches)?.content ?? null;
    });
  const light = await colour();
  await ada.page.getByText('Dark', { exact: true }).click();
  expect(await colour()).not.toBe(light);
  await ada.page.reload();
  await expect(ada.composer()).toBeVisible();
  expect(await colour()).not.toBe(light);
});
