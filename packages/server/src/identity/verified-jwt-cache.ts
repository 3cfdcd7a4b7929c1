import { hash } from 'node:crypto';

/**
 * Tokens with a verified signature. Verifying again would cost a round trip to another thread. Only for a key that does not
 * change while the process runs. Tokens are secrets, so only their digests are stored: at most `max`, the oldest is dropped
 * first.
 */
export class VerifiedJwtCache {
  readonly #max: number;
  readonly #digests = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  has(token: string): boolean {
    return this.#digests.has(digestOf(token));
  }

  add(token: string): void {
    this.#digests.add(digestOf(token));
    if (this.#digests.size <= this.#max) return;
    for (const oldest of this.#digests) {
      this.#digests.delete(oldest);
      return;
    }
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
