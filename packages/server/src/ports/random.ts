export interface Random {
  /** 0 ≤ x < 1, for jitter. Not for secrets. */
  fraction(): number;
  /** An id or secret of `bits` random bits, letters of `[A-Za-z0-9_-]`, from a cryptographic source. */
  token(bits: number): string;
}
