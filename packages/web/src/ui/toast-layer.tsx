import { useReadable } from '@parley/react';
import { createPortal } from 'react-dom';
import { classNames } from './class-names.ts';
import { toasts } from './toast.ts';

/** Renders toasts. Once per page. */
export function ToastLayer() {
  const shown = useReadable(toasts);
  return createPortal(
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-24 z-50 flex flex-col items-center gap-2"
    >
      {shown.map((toast) => (
        <p
          key={toast.id}
          className={classNames(
            'max-w-md rounded-md px-4 py-2.5 text-secondary font-medium shadow-float',
            toast.tone === 'danger' ? 'bg-danger-soft text-danger' : 'bg-ink text-paper',
          )}
        >
          {toast.text}
        </p>
      ))}
    </div>,
    document.body,
  );
}
