import { lazy, Suspense } from 'react';
import type { EmojiPickerProps } from './emoji-picker.tsx';

const EmojiPicker = lazy(async () => ({ default: (await import('./emoji-picker.tsx')).EmojiPicker }));

/** Floats the emoji picker at a button. It and its data are loaded when first opened. */
export function EmojiPopover(props: EmojiPickerProps) {
  return (
    <Suspense fallback={null}>
      <EmojiPicker {...props} />
    </Suspense>
  );
}
