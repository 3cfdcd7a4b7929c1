import { expect, test } from 'vitest';
import { tabTitle } from './tab-title.ts';

test.each([
  [0, '#general', '#general · Parley'],
  [2, '#general', '(2) #general · Parley'],
  [100, 'Ada Lovelace', '(99+) Ada Lovelace · Parley'],
  [0, null, 'Parley'],
  [3, null, '(3) Parley'],
])('the title for %i unread in %s is "%s"', (unread, label, title) => {
  expect(tabTitle(unread, label)).toBe(title);
});
