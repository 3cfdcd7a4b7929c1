import type { BodyLength } from './body-length.ts';

/** The remaining characters near the limit, or what to do beyond it. */
export function LengthNote({ length }: { readonly length: BodyLength }) {
  if (length.name === 'fine') return null;
  if (length.name === 'near') {
    return (
      <p className="tabular px-3 pb-2 text-right text-small text-faint">
        {length.left.toLocaleString('en')} characters left
      </p>
    );
  }
  const over = length.over.toLocaleString('en');
  return (
    <p aria-live="polite" className="tabular px-3 pb-2 text-right text-small font-medium text-danger">
      {over} {length.over === 1 ? 'character' : 'characters'} too long. Shorten it, or send it in parts.
    </p>
  );
}
