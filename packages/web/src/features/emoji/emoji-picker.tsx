import { Popover } from '@base-ui/react/popover';
import { useReadable } from '@parley/react';
import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useRef, useState } from 'react';
import { SearchField } from '../../ui/search-field.tsx';
import { loadEmoji, useEmoji } from './emoji-data.ts';
import { EmojiGrid, optionId } from './emoji-grid.tsx';
import { nextGridIndex } from './grid-navigation.ts';
import { recordEmojiUse, recentEmoji } from './recent-emoji.ts';
import { COLUMNS, type PickedEmoji, sectionsOf } from './sections.ts';

export interface EmojiPickerProps {
  /** The button that opens the picker. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onPick: (emoji: string) => void;
  /** Called when an emoji was picked or the picker was dismissed. */
  readonly onClose: () => void;
}

/** All emoji by search, by group and by recent use. The focus stays in the search field. */
export function EmojiPicker({ anchor, onPick, onClose }: EmojiPickerProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => void loadEmoji(), []);
  const pick = (emoji: string): void => {
    recordEmojiUse(emoji);
    onPick(emoji);
    onClose();
  };
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} side="top" align="end" sideOffset={6} collisionPadding={8} className="z-40">
          <Popover.Popup
            aria-label="Choose an emoji"
            initialFocus={input}
            className="flex h-96 w-80 max-w-[calc(100vw-1rem)] flex-col overflow-hidden rounded-md bg-raised shadow-float outline-none"
          >
            <Picker input={input} onPick={pick} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface PickerProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly onPick: (emoji: string) => void;
}

function Picker({ input, onPick }: PickerProps) {
  const id = useId();
  const index = useEmoji();
  const recent = useReadable(recentEmoji);
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const sections = useMemo(() => (index === null ? [] : sectionsOf(index, recent, text)), [index, recent, text]);
  const current = sections.flatMap(({ emoji }) => emoji)[active];

  const onKeyDown = (event: KeyboardEvent): void => {
    // Left and right move the caret while there is text.
    if (text !== '' && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) return;
    const next = nextGridIndex(event.key, active, {
      sizes: sections.map(({ emoji }) => emoji.length),
      columns: COLUMNS,
    });
    if (event.key === 'Enter' && current !== undefined) onPick(current.emoji);
    else if (next === null) return;
    else setActive(next);
    event.preventDefault();
  };
  return (
    <>
      <SearchField
        ref={input}
        label="Search emoji"
        value={text}
        onSearch={(next) => {
          setText(next);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- It is an input, one that owns a list.
        role="combobox"
        aria-expanded
        aria-autocomplete="list"
        aria-controls={id}
        aria-activedescendant={current === undefined ? undefined : optionId(id, active)}
        className="m-2 mb-1"
      />
      <EmojiGrid
        id={id}
        sections={sections}
        active={active}
        loading={index === null}
        onPick={onPick}
        onActive={setActive}
      />
      <Preview emoji={current} />
    </>
  );
}

function Preview({ emoji }: { readonly emoji: PickedEmoji | undefined }) {
  return (
    <p className="flex h-10 shrink-0 items-center gap-2 border-t border-line px-3 text-secondary text-muted">
      <span className="text-[1.25rem] leading-none">{emoji?.emoji}</span>
      <span className="truncate">{emoji?.name !== undefined && `:${emoji.name}:`}</span>
    </p>
  );
}
