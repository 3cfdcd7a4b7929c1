import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';

/** Accessibility violations that axe rates serious or critical. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no screen has a serious accessibility violation in the ${colorScheme} theme`, async ({ app }) => {
    test.slow();
    const ada = await app.signUp('Ada', { colorScheme });
    const bob = await app.signUp('Bob', { colorScheme });
    await bob.send('**hello** @ada, see https://example.org\n\n```ts\nconst x = 1;\n```');
    await ada.send('👍');
    await ada.sees('hello');
    expect(await violations(ada.page), 'channel').toEqual([]);
    await ada.page.keyboard.press('Control+k');
    await expect(ada.page.getByRole('dialog')).toBeVisible();
    expect(await violations(ada.page), 'switcher').toEqual([]);
    await ada.page.keyboard.press('Escape');
    await ada.page.keyboard.press('Control+/');
    await expect(ada.page.getByRole('dialog')).toBeVisible();
    expect(await violations(ada.page), 'shortcuts').toEqual([]);
    await ada.page.keyboard.press('Escape');
    await ada.page.getByRole('button', { name: /Ada/ }).first().click();
    await ada.page.getByRole('menuitem', { name: /Settings|Preferences/ }).click();
    await expect(ada.page.getByRole('dialog')).toBeVisible();
    expect(await violations(ada.page), 'settings').toEqual([]);
    await ada.page.keyboard.press('Escape');
    await ada.page
      .getByRole('button', { name: /members?$/ })
      .first()
      .click();
    expect(await violations(ada.page), 'members').toEqual([]);
    const stranger = await app.openSignedOut('/');
    await stranger.emulateMedia({ colorScheme });
    await expect(stranger.getByRole('button', { name: 'Sign in' })).toBeVisible();
    expect(await violations(stranger), 'sign in').toEqual([]);
  });
}

test('on a phone the sidebar is the first screen, and a channel slides over it', async ({ app }) => {
  const ada = await app.signUp('Ada');
  const phone = await app.signUpOnPhone('Bob');
  await expect(phone.page.getByRole('navigation', { name: 'Channels' })).toBeVisible();
  await phone.openChannel('general');
  await phone.send('from the bus');
  await ada.sees('from the bus');
  expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await violations(phone.page)).toEqual([]);
  await phone.page.getByRole('button', { name: /back/i }).click();
  await expect(phone.page.getByRole('navigation', { name: 'Channels' })).toBeVisible();
});
