import { MAX_BODY_CHARS } from '@parley/protocol';
import { expect, test } from 'vitest';
import { bodyLength, draftLength } from './body-length.ts';

test('the remaining characters are counted near the limit only', () => {
  expect(bodyLength('a')).toEqual({ name: 'fine' });
  expect(bodyLength('a'.repeat(MAX_BODY_CHARS - 3))).toEqual({ name: 'near', left: 3 });
  expect(bodyLength('a'.repeat(MAX_BODY_CHARS))).toEqual({ name: 'near', left: 0 });
  expect(bodyLength('a'.repeat(MAX_BODY_CHARS + 2))).toEqual({ name: 'over', over: 2 });
});

test('white space around a draft does not count towards its length', () => {
  expect(draftLength(`${'a'.repeat(MAX_BODY_CHARS)}\n\n\n`)).toEqual({ name: 'near', left: 0 });
  expect(draftLength('a'.repeat(MAX_BODY_CHARS + 1))).toEqual({ name: 'over', over: 1 });
});
