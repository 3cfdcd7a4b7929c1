import { startServer } from '@parley/testkit/server-process';
import { PASSWORD, expect, test } from './fixture.ts';

test('the first visitor becomes the owner, invites a second user and chats with them', async ({ browser }) => {
  test.slow();
  await using server = await startServer();
  const first = await browser.newPage({ baseURL: server.url });
  await first.goto('/');
  await first.getByLabel('Name').fill('Ada Lovelace');
  await first.getByLabel('Email').fill('ada@example.org');
  await first.getByLabel('Password').fill(PASSWORD);
  await first.getByRole('button', { name: 'Create account' }).click();
  const composer = first.getByRole('textbox', { name: 'Message #general' });
  await expect(composer).toBeFocused();

  await first.getByRole('button', { name: 'Make an invite link' }).click();
  const link = await first.getByLabel('Invite link').inputValue();
  expect(link).toMatch(/\/join\/[\w-]{16,}$/);

  const second = await (await browser.newContext({ baseURL: server.url })).newPage();
  await second.goto(link);
  await second.getByLabel('Name').fill('Bob');
  await second.getByLabel('Email').fill('bob@example.org');
  await second.getByLabel('Password').fill(PASSWORD);
  await second.getByRole('button', { name: 'Create account' }).click();
  await second.getByRole('textbox', { name: 'Message #general' }).fill('Hello Ada, **Bob** here');
  await second.getByRole('textbox', { name: 'Message #general' }).press('Enter');
  await expect(first.getByRole('article').filter({ hasText: 'Hello Ada, Bob here' })).toContainText('Bob');
});

test('a visitor cannot sign up without an invite, and an invalid invite link is explained', async ({ browser }) => {
  await using server = await startServer();
  const owner = await browser.newContext({ baseURL: server.url });
  const account = { name: 'Ada', email: 'ada@example.org', password: PASSWORD };
  await owner.request.post('/api/auth/sign-up/email', { data: account });
  const stranger = await (await browser.newContext({ baseURL: server.url })).newPage();
  await stranger.goto('/');
  await expect(stranger.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(stranger.getByRole('button', { name: 'Create account' })).toHaveCount(0);
  await stranger.goto('/join/this-was-never-made');
  await expect(stranger.getByText(/no longer|not valid|expired|doesn’t work|doesn't work/i).first()).toBeVisible();
});

test('a user can sign out and in again, and a wrong password shows an alert', async ({ app }) => {
  const ada = await app.signUp('Ada');
  await ada.send('kept');
  await ada.sees('kept');
  await ada.page.getByRole('button', { name: /Ada/ }).first().click();
  await ada.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await ada.page.getByLabel('Email').fill('ada@example.org');
  await ada.page.getByLabel('Password').fill('not the password');
  await ada.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(ada.page.getByRole('alert')).toBeVisible();
  await ada.page.getByLabel('Password').fill(PASSWORD);
  await ada.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await ada.sees('kept');
});
