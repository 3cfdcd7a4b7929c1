/** One deliberate bug in the product: the text `find`, which occurs once in `file`, is replaced by `replace`. */
export interface Mutant {
  /** The bug in one clause: subject, verb, effect. */
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** A second change that the bug needs, in the same file or another one. */
  readonly also?: { readonly file?: string; readonly find: string; readonly replace: string };
}
