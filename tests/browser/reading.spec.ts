import type { Person } from '@parley/testkit/browser/user';
import { expect, test } from './fixture.ts';
import { watchReadingLine } from './scroll-anchor.ts';

/** Opens a channel of `count` messages and scrolls up by `px`. */
async function readFurtherUp(ada: Person, { count, px }: { count: number; px: number }): Promise<string> {
  const channel = await ada.makeChannel('long');
  const bodies = Array.from({ length: count }, (_, n) => `number ${n + 1}, ${'and on it goes '.repeat(n % 9)}`);
  await ada.post(channel, bodies);
  await ada.page.goto(`/c/${channel}`);
  await expect(ada.message(`number ${count},`)).toBeVisible();
  // Nobody scrolls in the moment in which a channel opens.
  await ada.page.waitForTimeout(500);
  await ada.page.getByRole('log').hover();
  await ada.page.mouse.wheel(0, -px);
  await expect(ada.page.getByRole('button', { name: /latest/i })).toBeVisible();
  await ada.page.waitForTimeout(400);
  return channel;
}

test('what one reads stays where it is while messages arrive, and others are edited, deleted or reacted to', async ({
  fixture,
}) => {
  test.slow();
  const ada = await fixture.join('Ada');
  const bob = await fixture.join('Bob');
  const channel = await readFurtherUp(ada, { count: 90, px: 900 });
  await bob.api('POST', `/channels/${channel}/join`);
  const above = ada.page.getByRole('log').getByRole('article');
  const ids = await above.evaluateAll((all) => all.slice(0, 3).map((one) => one.getAttribute('data-message-id')));
  const line = await watchReadingLine(ada.page);
  for (let n = 0; n < 5; n += 1) await bob.post(channel, [`arrived ${n}, ${'wide '.repeat(60)}`]);
  const [first, second, third] = ids;
  await ada.command(
    { type: 'edit', channel, id: first, body: 'now it is much longer '.repeat(40) },
    { type: 'edit', channel, id: second, body: 'short' },
    { type: 'delete', channel, id: third },
    { type: 'react', channel, id: second, emoji: '👍' },
  );
  await expect(ada.page.getByRole('button', { name: /5 new messages/ })).toBeVisible();
  await expect(ada.message('This message was deleted')).toHaveCount(1);
  expect(await line.moved()).toBeLessThanOrEqual(1);
});

test('what comes late and makes a message taller moves nothing below it', async ({ fixture }) => {
  const ada = await fixture.join('Ada');
  await readFurtherUp(ada, { count: 90, px: 900 });
  const line = await watchReadingLine(ada.page);
  // No message holds an image yet; this is what one would do whose size nobody knew.
  await ada.page
    .getByRole('log')
    .getByRole('article')
    .first()
    .evaluate((article) => {
      const late = document.createElement('div');
      late.style.height = '237px';
      article.append(late);
    });
  expect(await line.moved()).toBeLessThanOrEqual(1);
});

test('older messages that load above move nothing, leave no hole, and few rows are in the document', async ({
  fixture,
}) => {
  test.slow();
  const ada = await fixture.join('Ada');
  await readFurtherUp(ada, { count: 260, px: 600 });
  const log = ada.page.getByRole('log');
  for (let turn = 0; turn < 80 && (await ada.message('number 1,').count()) === 0; turn += 1) {
    await ada.page.mouse.wheel(0, -700);
    await ada.page.waitForTimeout(30);
    const line = await watchReadingLine(ada.page);
    await ada.page.waitForTimeout(120);
    expect(await line.moved(), `turn ${turn}`).toBeLessThanOrEqual(1);
    expect(await log.evaluate(holePx), `turn ${turn}`).toBeLessThanOrEqual(1);
    expect(await log.getByRole('article').count()).toBeLessThan(150);
  }
  await expect(ada.message('number 1,').first()).toBeVisible();
});

/** Pixels of the view that no row covers. */
function holePx(log: Element): number {
  const view = log.getBoundingClientRect();
  const rows = [...(log.lastElementChild?.children ?? [])].map((row) => row.getBoundingClientRect());
  let covered = view.top;
  let hole = 0;
  for (const { top, bottom } of rows.toSorted((a, b) => a.top - b.top)) {
    hole += Math.max(0, Math.min(top, view.bottom) - covered);
    covered = Math.max(covered, Math.min(bottom, view.bottom));
  }
  return hole + view.bottom - covered;
}
