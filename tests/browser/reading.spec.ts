import type { BrowserUser } from '@parley/testkit/browser/user';
import { expect, test } from './fixture.ts';
import { watchScrollAnchor } from './scroll-anchor.ts';

/** Opens a new channel with `count` messages and scrolls up by `px`. */
async function openAndScrollUp(ada: BrowserUser, { count, px }: { count: number; px: number }): Promise<string> {
  const channel = await ada.createChannel('long');
  const bodies = Array.from({ length: count }, (_, n) => `number ${n + 1}, ${'and on it goes '.repeat(n % 9)}`);
  await ada.postMessages(channel, bodies);
  await ada.page.goto(`/c/${channel}`);
  await expect(ada.message(`number ${count},`)).toBeVisible();
  // The list settles first: nobody scrolls at the moment a channel opens.
  await ada.page.waitForTimeout(500);
  await ada.page.getByRole('log').hover();
  await ada.page.mouse.wheel(0, -px);
  await expect(ada.page.getByRole('button', { name: /latest/i })).toBeVisible();
  await ada.page.waitForTimeout(400);
  return channel;
}

test('the reading position stays fixed while messages arrive and others are edited, deleted or reacted to', async ({
  app,
}) => {
  test.slow();
  const ada = await app.signUp('Ada');
  const bob = await app.signUp('Bob');
  const channel = await openAndScrollUp(ada, { count: 90, px: 900 });
  await bob.api('POST', `/channels/${channel}/join`);
  const above = ada.page.getByRole('log').getByRole('article');
  const ids = await above.evaluateAll((all) => all.slice(0, 3).map((one) => one.getAttribute('data-message-id')));
  const anchor = await watchScrollAnchor(ada.page);
  for (let n = 0; n < 5; n += 1) await bob.postMessages(channel, [`arrived ${n}, ${'wide '.repeat(60)}`]);
  const [first, second, third] = ids;
  await ada.command(
    { type: 'edit', channel, id: first, body: 'now it is much longer '.repeat(40) },
    { type: 'edit', channel, id: second, body: 'short' },
    { type: 'delete', channel, id: third },
    { type: 'react', channel, id: second, emoji: '👍' },
  );
  await expect(ada.page.getByRole('button', { name: /5 new messages/ })).toBeVisible();
  await expect(ada.message('This message was deleted')).toHaveCount(1);
  expect(await anchor.maxShiftPx()).toBeLessThanOrEqual(1);
});

test('a message that grows after it was drawn moves nothing below it', async ({ app }) => {
  const ada = await app.signUp('Ada');
  await openAndScrollUp(ada, { count: 90, px: 900 });
  const anchor = await watchScrollAnchor(ada.page);
  // No message contains an image yet. This is what an image of unknown size would do.
  await ada.page
    .getByRole('log')
    .getByRole('article')
    .first()
    .evaluate((article) => {
      const late = document.createElement('div');
      late.style.height = '237px';
      article.append(late);
    });
  expect(await anchor.maxShiftPx()).toBeLessThanOrEqual(1);
});

test('older messages that load above move nothing, leave no gap, and keep few rows in the document', async ({
  app,
}) => {
  test.slow();
  const ada = await app.signUp('Ada');
  await openAndScrollUp(ada, { count: 260, px: 600 });
  const log = ada.page.getByRole('log');
  for (let step = 0; step < 80 && (await ada.message('number 1,').count()) === 0; step += 1) {
    await ada.page.mouse.wheel(0, -700);
    await ada.page.waitForTimeout(30);
    const anchor = await watchScrollAnchor(ada.page);
    await ada.page.waitForTimeout(120);
    expect(await anchor.maxShiftPx(), `step ${step}`).toBeLessThanOrEqual(1);
    expect(await log.evaluate(uncoveredPx), `step ${step}`).toBeLessThanOrEqual(1);
    expect(await log.getByRole('article').count()).toBeLessThan(150);
  }
  await expect(ada.message('number 1,').first()).toBeVisible();
});

/** Height of the view in pixels that no row covers. */
function uncoveredPx(log: Element): number {
  const view = log.getBoundingClientRect();
  const rows = [...(log.lastElementChild?.children ?? [])].map((row) => row.getBoundingClientRect());
  let covered = view.top;
  let uncovered = 0;
  for (const { top, bottom } of rows.toSorted((a, b) => a.top - b.top)) {
    uncovered += Math.max(0, Math.min(top, view.bottom) - covered);
    covered = Math.max(covered, Math.min(bottom, view.bottom));
  }
  return uncovered + view.bottom - covered;
}
