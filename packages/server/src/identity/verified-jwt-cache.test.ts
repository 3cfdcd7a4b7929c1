import { expect, test } from 'vitest';
import { VerifiedJwtCache } from './verified-jwt-cache.ts';

test('of the tokens that were verified, as many as there is room for are known, the latest', () => {
  const verified = new VerifiedJwtCache(3);
  for (const token of ['a', 'b', 'c', 'd', 'b']) verified.add(token);
  expect(['a', 'b', 'c', 'd', 'e', ''].filter((token) => verified.has(token))).toEqual(['b', 'c', 'd']);
});
