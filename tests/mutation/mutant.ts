/** One deliberate mistake in the product: the text `find`, which occurs once in `file`, is replaced by `replace`. */
export interface Mutant {
  /** The mistake in one clause: subject, verb, effect. */
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** A second place, in the same file or in another one, where the mistake needs one. */
  readonly also?: { readonly file?: string; readonly find: string; readonly replace: string };
}
