import { type ReactNode, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';

const LONG_CHARS = 3_000;
const LONG_LINES = 30;

/** Is the text long enough to bury what others say? */
export function isLong(body: string): boolean {
  return body.length > LONG_CHARS || body.split('\n', LONG_LINES + 1).length > LONG_LINES;
}

/** A wall of text shows its first part, and the rest when asked to. All of it is in the document, to be found and copied. */
export function Collapsible({ body, children }: { readonly body: string; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  if (!isLong(body)) return children;
  return (
    <>
      <div className={classNames(!open && 'folded-text max-h-96 overflow-clip')}>{children}</div>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="rounded-sm py-1 text-secondary font-medium text-accent hover:underline"
      >
        {open ? 'Show less' : 'Show all'}
      </button>
    </>
  );
}
