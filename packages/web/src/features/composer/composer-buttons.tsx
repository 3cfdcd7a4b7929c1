import { useReadable } from '@parley/react';
import { ALargeSmall, ArrowUp, History, Smile } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { isTouchDevice } from '../../lib/use-media.ts';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { EmojiPopover } from '../emoji/emoji-popover.tsx';
import { newlineHint } from './newline-hint.ts';
import { useDrafts } from './use-drafts.ts';

interface ComposerButtonsProps {
  readonly storageKey: string;
  readonly empty: boolean;
  readonly tooLong: boolean;
  readonly formatting: boolean;
  readonly onFormatting: (formatting: boolean) => void;
  readonly onEmoji: (emoji: string) => void;
  readonly onSend: () => void;
}

/** The buttons to the right of the text. */
export function ComposerButtons(props: ComposerButtonsProps) {
  const { storageKey, empty, tooLong, formatting, onFormatting, onEmoji, onSend } = props;
  const emoji = useRef<HTMLButtonElement>(null);
  const [picking, setPicking] = useState(false);
  return (
    <div className="flex shrink-0 items-center gap-0.5 p-1.5 touch:p-0.5">
      {!empty && <Hint />}
      {empty && <UnsentTexts storageKey={storageKey} />}
      <IconButton
        label={formatting ? 'Hide formatting' : 'Show formatting'}
        pressed={formatting}
        icon={<ALargeSmall aria-hidden className="size-5" />}
        onPointerDown={(event) => event.preventDefault()}
        onClick={() => onFormatting(!formatting)}
        className="max-sm:hidden"
      />
      <IconButton
        ref={emoji}
        label="Emoji"
        aria-expanded={picking}
        icon={<Smile aria-hidden className="size-5" />}
        onClick={() => setPicking(!picking)}
      />
      {picking && <EmojiPopover anchor={emoji} onPick={onEmoji} onClose={() => setPicking(false)} />}
      <button
        type="button"
        aria-label="Send"
        disabled={empty || tooLong}
        // Keeps the on-screen keyboard of a phone open.
        onPointerDown={(event) => event.preventDefault()}
        onClick={onSend}
        className={classNames(
          'ml-0.5 flex size-8 items-center justify-center rounded-sm touch:size-11',
          empty || tooLong ? 'text-faint' : 'bg-accent text-on-accent hover:bg-accent-strong',
        )}
      >
        <ArrowUp aria-hidden className="size-5" />
      </button>
    </div>
  );
}

function Hint() {
  const remaining = useReadable(newlineHint);
  if (remaining === 0 || isTouchDevice()) return null;
  return <span className="px-2 text-small whitespace-nowrap text-faint max-md:hidden">Shift+Enter for a new line</span>;
}

/** A menu of dismissed texts that can be restored. */
function UnsentTexts({ storageKey }: { readonly storageKey: string }) {
  const drafts = useDrafts();
  const texts = useReadable(useMemo(() => drafts.unsentTexts(storageKey), [drafts, storageKey]));
  if (texts.length === 0) return null;
  return (
    <Menu
      label="Unsent texts"
      side="top"
      align="end"
      entries={texts.map((text) => ({
        label: text.trim().replaceAll(/\s+/g, ' ').slice(0, 80),
        onSelect: () => drafts.restore(storageKey, text),
      }))}
      renderTrigger={(props) => (
        <IconButton {...props} label="Unsent texts" icon={<History aria-hidden className="size-5" />} />
      )}
    />
  );
}
