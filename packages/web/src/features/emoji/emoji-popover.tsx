import { useLazyModule } from '../../ui/use-lazy-module.ts';
import type { EmojiPickerProps } from './emoji-picker.tsx';

const loadPicker = () => import('./emoji-picker.tsx');

/** The emoji picker next to a button. Loads its code and data when it is first opened. */
export function EmojiPopover(props: EmojiPickerProps) {
  const picker = useLazyModule(loadPicker, props.onClose);
  return picker === null ? null : <picker.EmojiPicker {...props} />;
}
