import { hash } from 'node:crypto';

/**
 * Tokens whose signature was found good, for whoever comes back with the same one: computing it again is a journey to another
 * thread and back. Only for a key that stays the same as long as the process runs. Tokens are secrets: their digests are
 * kept, at most `max`, the oldest is forgotten first.
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
