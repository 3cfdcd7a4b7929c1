import { randomBytes } from 'node:crypto';
import type { Random } from '#ports/random.ts';

export const cryptoRandom: Random = {
  fraction: () => Math.random(),
  token: (bits) => randomBytes(Math.ceil(bits / 8)).toString('base64url'),
};
