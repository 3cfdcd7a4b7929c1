import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/**
 * Argon2id with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB of memory, two passes, one lane. Stored as
 * a PHC string, so that existing hashes stay valid when these parameters change.
 */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

export interface Passwords {
  /** A PHC string with a new salt. Rejects with `HashQueueFull`. */
  hash(password: string): Promise<string>;
  /** Takes as long as `hash`. False for a string that is not one of our hashes. Rejects with `HashQueueFull`. */
  verify(hash: string, password: string): Promise<boolean>;
}

/** `maxQueued` passwords already wait to be hashed. */
export class HashQueueFull extends Error {
  override readonly name = 'HashQueueFull';
}

interface HashLimits {
  /** Each running hash takes 19 MiB and one thread of Node's pool, which files and DNS share. */
  readonly maxConcurrent: number;
  readonly maxQueued: number;
}

export function createPasswords(limits: HashLimits): Passwords {
  const limited = createConcurrencyLimit(limits);
  return {
    hash: (password) =>
      limited(async () => {
        const salt = randomBytes(SALT_BYTES);
        const tag = await derive(password, { ...PARAMETERS, nonce: salt, tagLength: TAG_BYTES });
        const { memory, passes, parallelism } = PARAMETERS;
        return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
      }),
    async verify(hash, password) {
      const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(hash) ?? [];
      if (memory === undefined) return false;
      const wanted = Buffer.from(tag, 'base64');
      return limited(async () => {
        const found = await derive(password, {
          memory: Number(memory),
          passes: Number(passes),
          parallelism: Number(parallelism),
          nonce: Buffer.from(salt, 'base64'),
          tagLength: wanted.length,
        });
        return timingSafeEqual(found, wanted);
      });
    },
  };
}

interface Derivation {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Buffer;
  readonly tagLength: number;
}

const argon2Async = promisify(argon2);

function derive(password: string, derivation: Derivation): Promise<Buffer> {
  // Keyboards compose the same letters from different code points.
  return argon2Async('argon2id', { ...derivation, message: password.normalize('NFKC') });
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Runs at most `maxConcurrent` tasks at once and queues at most `maxQueued` more, first in, first out. */
function createConcurrencyLimit({ maxConcurrent, maxQueued }: HashLimits) {
  const queue: (() => void)[] = [];
  let running = 0;
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= maxConcurrent) {
      if (queue.length >= maxQueued) throw new HashQueueFull('too many passwords to hash');
      // A finished task passes its slot on directly, so that no new task can take it in between.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
