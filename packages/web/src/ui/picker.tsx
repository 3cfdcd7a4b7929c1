import { Autocomplete } from '@base-ui/react/autocomplete';
import { X } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useCloseDialog } from './dialog.tsx';
import { IconButton } from './icon-button.tsx';

interface PickerProps<T> {
  /** The accessible name of the field. */
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly renderItem: (item: T) => ReactNode;
  readonly onPick: (item: T) => void;
  /** Shown when there are no items. */
  readonly emptyState: ReactNode;
  /** Left of the field. */
  readonly icon: ReactNode;
}

/** A search field with a list below it: arrow keys choose, Enter picks. Fills a dialog without a frame. */
export function Picker<T>(props: PickerProps<T>) {
  const { items, keyOf, inputRef } = props;
  const close = useCloseDialog();
  return (
    <Autocomplete.Root
      open
      inline
      mode="none"
      autoHighlight="always"
      keepHighlight
      items={items}
      filteredItems={[...items]}
      itemToStringValue={keyOf}
      value={props.text}
      onValueChange={(text, { reason }) => {
        // Picking must not write the item into the field.
        if (reason !== 'item-press') props.onText(text);
      }}
    >
      <div className="flex h-full min-h-0 flex-col">
        <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4 text-faint">
          {props.icon}
          <Autocomplete.Input
            ref={inputRef}
            aria-label={props.label}
            placeholder={props.placeholder}
            spellCheck={false}
            className="h-full min-w-0 flex-1 bg-transparent text-message text-ink outline-none placeholder:text-faint touch:text-[1rem]"
          />
          <IconButton label="Close" icon={<X size={20} />} onClick={close} className="-mr-2 md:hidden" />
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
          {items.length === 0 && props.emptyState}
          <Autocomplete.List className="scroll-py-2 p-2 empty:hidden">
            {(item: T) => (
              <Autocomplete.Item
                key={keyOf(item)}
                value={item}
                onClick={() => props.onPick(item)}
                className="flex min-h-10 cursor-pointer items-center gap-2.5 rounded-sm px-2 py-1 outline-none data-highlighted:bg-hover touch:min-h-12"
              >
                {props.renderItem(item)}
              </Autocomplete.Item>
            )}
          </Autocomplete.List>
        </div>
      </div>
    </Autocomplete.Root>
  );
}
