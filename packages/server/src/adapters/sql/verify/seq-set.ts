const BITS_PER_BLOCK = 32_768;

/** A set of seqs, one bit each: a channel's million messages take 128 KiB. */
export class SeqSet {
  readonly #blocks = new Map<number, Uint8Array>();

  add(seq: number): void {
    const key = Math.floor(seq / BITS_PER_BLOCK);
    const block = this.#blocks.get(key) ?? new Uint8Array(BITS_PER_BLOCK / 8);
    this.#blocks.set(key, block);
    const bit = seq % BITS_PER_BLOCK;
    block[bit >> 3] = (block[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  has(seq: number): boolean {
    const bit = seq % BITS_PER_BLOCK;
    const byte = this.#blocks.get(Math.floor(seq / BITS_PER_BLOCK))?.[bit >> 3] ?? 0;
    return (byte & (1 << (bit & 7))) !== 0;
  }

  delete(seq: number): void {
    const block = this.#blocks.get(Math.floor(seq / BITS_PER_BLOCK));
    const bit = seq % BITS_PER_BLOCK;
    if (block !== undefined) block[bit >> 3] = (block[bit >> 3] ?? 0) & ~(1 << (bit & 7));
  }

  *values(): Generator<number> {
    for (const [key, block] of this.#blocks) {
      for (let bit = 0; bit < BITS_PER_BLOCK; bit += 1) {
        if (((block[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0) yield key * BITS_PER_BLOCK + bit;
      }
    }
  }
}
