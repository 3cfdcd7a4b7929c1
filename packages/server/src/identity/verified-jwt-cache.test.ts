import { expect, test } from 'vitest';
import { VerifiedJwtCache } from './verified-jwt-cache.ts';

test('the cache keeps the latest verified tokens, up to its limit', () => {
  const verified = new VerifiedJwtCache(3);
  for (const token of ['a', 'b', 'c', 'd', 'b']) verified.add(token);
  expect(['a', 'b', 'c', 'd', 'e', ''].filter((token) => verified.has(token))).toEqual(['b', 'c', 'd']);
});
