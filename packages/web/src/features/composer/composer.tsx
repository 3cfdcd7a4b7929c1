import { memo, useState } from 'react';
import { AutoSizeTextarea, selectionOf } from './auto-size-textarea.tsx';
import { draftLength } from './body-length.ts';
import { CompletionList, completionProps } from './completion-list.tsx';
import { ComposerButtons } from './composer-buttons.tsx';
import { formatSelection, insertText } from './edit-text.ts';
import { FormatBar } from './format-bar.tsx';
import { LengthNote } from './length-note.tsx';
import { type ComposerProps, useComposer } from './use-composer.ts';

/** The message box. Enter sends, Shift+Enter breaks the line, and ↑ in an empty box edits the last message. */
export const Composer = memo(function Composer(props: ComposerProps) {
  const { storageKey, label } = props;
  const { area, draft, write, select, listId, completion, onKeyDown, onFocusChange, send } = useComposer(props);
  const length = draftLength(draft.text);
  const [formatting, setFormatting] = useState(false);
  return (
    <div className="relative">
      <CompletionList id={listId} completion={completion} />
      <div className="rounded-md border border-edge bg-raised transition-colors focus-within:border-accent">
        {formatting && <FormatBar onFormat={(name) => formatSelection(area.current, name)} />}
        <div className="flex items-end">
          <AutoSizeTextarea
            {...completionProps(listId, completion)}
            ref={area}
            label={`Message ${label}`}
            placeholder={`Message ${label}`}
            value={draft.text}
            onText={write}
            onSelect={({ currentTarget }) => select(selectionOf(currentTarget))}
            onKeyDown={onKeyDown}
            onFocus={() => onFocusChange(true)}
            onBlur={() => onFocusChange(false)}
            enterKeyHint="send"
          />
          <ComposerButtons
            storageKey={storageKey}
            empty={draft.text.trim() === ''}
            tooLong={length.name === 'over'}
            formatting={formatting}
            onFormatting={setFormatting}
            onEmoji={(emoji) => insertText(area.current, emoji)}
            onSend={send}
          />
        </div>
        <LengthNote length={length} />
      </div>
    </div>
  );
});
