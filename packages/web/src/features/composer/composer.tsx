import type { ChannelView, Conversation } from '@parley/client';
import { useParley } from '@parley/react';
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { registerComposer } from '../../app/composer-focus.ts';
import { pointsByTouch } from '../../app/use-media.ts';
import { loadEmoji } from '../emoji/emoji-data.ts';
import { bodyLength } from './body-length.ts';
import { CompletionList, completionOptionId } from './completion-list.tsx';
import { ComposerButtons } from './composer-buttons.tsx';
import { changeText } from './edit-text.ts';
import { FormatBar, formatOfKey } from './format-bar.tsx';
import { applyFormat, type Format } from './format.ts';
import { GrowingTextarea } from './growing-textarea.tsx';
import { LengthNote } from './length-note.tsx';
import { lineWasBroken, messageWasSent } from './newline-hint.ts';
import { outgoingBody } from './outgoing.ts';
import { useCompletion } from './use-completion.ts';
import { type DraftState, useDraft } from './use-draft.ts';

interface ComposerProps {
  readonly conversation: Conversation;
  readonly channel: ChannelView | null;
  readonly memory: string;
  /** "#general", "Ada". */
  readonly place: string;
  /** Begins to edit the user's last message here; false when there is none. */
  readonly onEditLast: () => boolean;
}

/** Where messages are written. Enter sends, Shift+Enter breaks the line, ↑ in an empty one edits the last message. */
export function Composer({ conversation, channel, memory, place, onEditLast }: ComposerProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const state = useDraft(conversation, memory);
  const { draft } = state;
  const [focused, setFocused] = useState(false);
  const [formatting, setFormatting] = useState(false);
  const caret = focused && draft.start === draft.end ? draft.end : null;
  const completion = useCompletion({ conversation, channel, text: draft.text, caret, area });
  const send = useSend(conversation, state);
  const format = (name: Format): void => {
    if (area.current !== null) changeText(area.current, applyFormat(name, selectionOf(area.current)));
  };
  useComposerFocus(area, state);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || completion.onKeyDown(event)) return;
    const wanted = formatOfKey(event);
    if (wanted !== null) format(wanted);
    else if (event.key === 'Enter' && !event.shiftKey) send();
    else if (event.key !== 'ArrowUp' || draft.text !== '' || hasModifier(event) || !onEditLast()) {
      if (event.key === 'Enter') lineWasBroken();
      return;
    }
    event.preventDefault();
  };
  const isOpen = completion.options.length > 0;
  return (
    <div className="relative">
      <CompletionList id={id} completion={completion} />
      <div className="rounded-md border border-edge bg-raised transition-colors focus-within:border-accent">
        {formatting && <FormatBar onFormat={format} />}
        <div className="flex items-end">
          <GrowingTextarea
            ref={area}
            label={`Message ${place}`}
            placeholder={`Message ${place}`}
            value={draft.text}
            onChange={() => area.current !== null && state.write(selectionOf(area.current))}
            onSelect={() => area.current !== null && state.write(selectionOf(area.current))}
            onKeyDown={onKeyDown}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
            enterKeyHint="send"
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={isOpen ? id : undefined}
            aria-activedescendant={isOpen ? completionOptionId(id, completion.active) : undefined}
          />
          <ComposerButtons
            memory={memory}
            empty={draft.text.trim() === ''}
            formatting={formatting}
            onFormatting={setFormatting}
            onEmoji={(emoji) => area.current !== null && insert(area.current, emoji)}
            onSend={send}
          />
        </div>
        <LengthNote text={draft.text} />
      </div>
    </div>
  );
}

function useSend(conversation: Conversation, { draft, clear }: DraftState): () => void {
  const parley = useParley();
  return () => {
    const body = outgoingBody(draft.text);
    if (body === '' || bodyLength(body).name === 'over') return;
    clear();
    parley.send(conversation, body);
    messageWasSent();
  };
}

/** Takes the focus when the conversation opens, with the caret where it was left; later whenever someone gives it back. */
function useComposerFocus(area: RefObject<HTMLTextAreaElement | null>, { draft }: DraftState): void {
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  useEffect(() => {
    const focus = (): void => {
      const { start, end } = latest.current;
      area.current?.focus();
      area.current?.setSelectionRange(start, end);
    };
    // The names are wanted by the time somebody sends one.
    void loadEmoji();
    if (!pointsByTouch()) focus();
    return registerComposer(focus);
  }, [area]);
}

function selectionOf(area: HTMLTextAreaElement): { text: string; start: number; end: number } {
  return { text: area.value, start: area.selectionStart, end: area.selectionEnd };
}

function insert(area: HTMLTextAreaElement, text: string): void {
  const { selectionStart: from, selectionEnd: to } = area;
  changeText(area, { from, to, insert: text, start: from + text.length, end: from + text.length });
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
}
