const TOKEN_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';
const BITS_PER_LETTER = 6;

/**
 * A random number generator that repeats for the same seed (sfc32, public domain). Implements the random ports of client and
 * server. Not for secrets.
 */
export class SeededRandom {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: string | number) {
    this.#seed = String(seed);
    [this.#a, this.#b, this.#c] = hash(this.#seed);
    for (let round = 0; round < 12; round += 1) this.#next();
  }

  /** An independent stream that depends on the seed and its name only: draws from one do not affect the others. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`);
  }

  /** 0 ≤ x < 1. */
  fraction(): number {
    return this.#next() / 4_294_967_296;
  }

  /** A whole number, 0 ≤ x < `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** `min` ≤ x < `max`. */
  between(min: number, max: number): number {
    return min + this.fraction() * (max - min);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Undefined only for an empty list. */
  pick<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  token(bits: number): string {
    return Array.from({ length: Math.ceil(bits / BITS_PER_LETTER) }, () => TOKEN_LETTERS[this.below(64)]).join('');
  }

  /** Version 4. */
  uuid(): string {
    const hex = [this.#next(), this.#next(), this.#next(), this.#next()]
      .map((word) => word.toString(16).padStart(8, '0'))
      .join('');
    const variant = '89ab'[this.below(4)] ?? '8';
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** Three words, of which half of the bits change with one bit of the text (FNV-1a with a final mix). */
function hash(text: string): [number, number, number] {
  const words = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b].map((basis) => {
    let word = basis;
    for (let at = 0; at < text.length; at += 1) word = Math.imul(word ^ text.charCodeAt(at), 0x01000193);
    word = Math.imul(word ^ (word >>> 16), 0x7feb352d);
    return word ^ (word >>> 15);
  });
  return [words[0] ?? 0, words[1] ?? 0, words[2] ?? 0];
}
