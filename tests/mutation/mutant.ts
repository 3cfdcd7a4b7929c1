/** One deliberate mistake in the product: in `file` the text `find`, which stands there once, becomes `replace`. */
export interface Mutant {
  /** What is wrong with it, as a developer who made the mistake would be told. */
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** A second place, in the same file or in another one, where the mistake needs one. */
  readonly also?: { readonly file?: string; readonly find: string; readonly replace: string };
}
