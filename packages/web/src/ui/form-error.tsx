import type { ReactNode } from 'react';

/** What went wrong with a whole form; a single field says it itself. Nothing for null. */
export function FormError({ children }: { readonly children: ReactNode }) {
  if (children === null || children === undefined) return null;
  return (
    <p role="alert" className="rounded-sm bg-danger-soft px-3 py-2 text-secondary text-danger">
      {children}
    </p>
  );
}
