import { lazy, type RefObject, Suspense } from 'react';

const EmojiPicker = lazy(async () => ({ default: (await import('./emoji-picker.tsx')).EmojiPicker }));

export interface EmojiPopoverProps {
  /** The button it belongs to. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onPick: (emoji: string) => void;
  /** It wants to go: something was picked, or the user turned away. */
  readonly onClose: () => void;
}

/** Floats the emoji picker at a button. It and its data are loaded when first opened. */
export function EmojiPopover(props: EmojiPopoverProps) {
  return (
    <Suspense fallback={null}>
      <EmojiPicker {...props} />
    </Suspense>
  );
}
