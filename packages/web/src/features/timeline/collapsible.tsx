import { type ReactNode, useState } from 'react';
import { classNames } from '../../ui/class-names.ts';

const LONG_CHARS = 3_000;
const LONG_LINES = 30;

/** Whether the text is long enough to push other messages out of view. */
export function isLong(body: string): boolean {
  return body.length > LONG_CHARS || body.split('\n', LONG_LINES + 1).length > LONG_LINES;
}

/** Collapses a long text to its first part. The whole text stays in the document, to be searched and copied. */
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
