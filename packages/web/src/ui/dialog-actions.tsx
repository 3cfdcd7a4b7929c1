import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { useCloseDialog } from './dialog.tsx';

/** The last row of a dialog: *Cancel*, and what the dialog is for. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  const close = useCloseDialog();
  return (
    <div className="mt-2 flex justify-end gap-2">
      <Button onClick={close}>Cancel</Button>
      {children}
    </div>
  );
}
