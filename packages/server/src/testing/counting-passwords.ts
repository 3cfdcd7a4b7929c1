import { createPasswords, type Passwords } from '#identity/passwords.ts';

/** Real passwords, and the number of Argon2id hashes computed so far: `hash` and `verify` compute one each. */
export function countingPasswords(): { readonly passwords: Passwords; readonly count: () => number } {
  const passwords = createPasswords({ maxConcurrent: 2, maxQueued: 100 });
  let hashes = 0;
  return {
    count: () => hashes,
    passwords: {
      hash(password) {
        hashes += 1;
        return passwords.hash(password);
      },
      verify(hash, password) {
        hashes += 1;
        return passwords.verify(hash, password);
      },
    },
  };
}
