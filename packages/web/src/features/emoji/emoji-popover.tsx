import { useLazyModule } from '../../ui/use-lazy-module.ts';
import type { EmojiPickerProps } from './emoji-picker.tsx';

const loadPicker = () => import('./emoji-picker.tsx');

/** Floats the emoji picker at a button. It and its data are loaded when first opened. */
export function EmojiPopover(props: EmojiPickerProps) {
  const picker = useLazyModule(loadPicker, props.onClose);
  return picker === null ? null : <picker.EmojiPicker {...props} />;
}
