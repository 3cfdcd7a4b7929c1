import { expect, test } from 'vitest';
import { normalizeBody } from './normalize-body.ts';

const find = (name: string): string | undefined => ({ tada: '🎉', '+1': '👍' })[name];

test.each([
  ['hello', 'hello'],
  ['\n \n  hello \n\n', '  hello'],
  ['   ', ''],
  ['done :tada:', 'done 🎉'],
  [':+1::tada:', '👍🎉'],
  ['at 10:30:45', 'at 10:30:45'],
  [':unknown:', ':unknown:'],
  ['`:tada:` and :tada:', '`:tada:` and 🎉'],
  ['```\n:tada:\n```\n:tada:', '```\n:tada:\n```\n🎉'],
  ['```\n:tada:', '```\n:tada:'],
  ['a ` b :tada:', 'a ` b 🎉'],
])('the text %j is sent as %j', (text, body) => {
  expect(normalizeBody(text, find)).toBe(body);
});
