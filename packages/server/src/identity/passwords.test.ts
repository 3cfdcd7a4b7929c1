import { describe, expect, test } from 'vitest';
import { createPasswords, HashQueueFull } from './passwords.ts';

const passwords = createPasswords({ maxConcurrent: 2, maxQueued: 100 });

describe('password hash', () => {
  test('a hash is Argon2id with the parameters of OWASP, in PHC form, with a salt of its own', async () => {
    const [first, second] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
  });

  test('a hash is verified by its own password only', async () => {
    const hash = await passwords.hash('correct horse');
    expect(await passwords.verify(hash, 'correct horse')).toBe(true);
    expect(await passwords.verify(hash, 'correct horsf')).toBe(false);
    expect(await passwords.verify(hash, '')).toBe(false);
  });

  test('a hash with other parameters stays valid', async () => {
    // Test vector of the reference implementation's command line: `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1`.
    const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await passwords.verify(reference, 'password')).toBe(true);
  });

  test('a hash does not depend on how the keyboard composes letters', async () => {
    const hash = await passwords.hash('crème brûlée');
    expect(await passwords.verify(hash, 'crème brûlée'.normalize('NFD'))).toBe(true);
  });

  test.each([
    '',
    'plain',
    '$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAA',
    '$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAA',
  ])('a string that is not one of our hashes verifies nothing: %s', async (hash) => {
    expect(await passwords.verify(hash, 'password')).toBe(false);
  });
});

test('hashing is refused at once when the queue is full', async () => {
  const bounded = createPasswords({ maxConcurrent: 1, maxQueued: 2 });
  const hashes = Array.from({ length: 5 }, () => bounded.hash('x'));
  const outcomes = await Promise.allSettled(hashes);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected']);
  const last = outcomes[4];
  expect(last?.status === 'rejected' && last.reason).toBeInstanceOf(HashQueueFull);
  await expect(bounded.hash('x')).resolves.toContain('argon2id');
});
