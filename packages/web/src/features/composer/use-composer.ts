import type { Conversation } from '@parley/client';
import { useParley } from '@parley/react';
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { registerComposer } from '../../lib/composer-focus.ts';
import { isTouchDevice } from '../../lib/use-media.ts';
import { bodyLength } from './body-length.ts';
import type { Draft } from './drafts.ts';
import { formatSelection } from './edit-text.ts';
import { formatOfKey } from './format-bar.tsx';
import { noteNewline, noteSend } from './newline-hint.ts';
import { normalizeBody } from './normalize-body.ts';
import { type Completion, useCompletion } from './use-completion.ts';
import { type DraftState, useDraft } from './use-draft.ts';
import { useEmojiNames } from './use-emoji-names.ts';

export interface ComposerProps {
  readonly conversation: Conversation;
  /** The key that drafts are stored under. */
  readonly storageKey: string;
  /** "#general", "Ada". */
  readonly label: string;
  /** Starts to edit the user's last message in this conversation. Returns false when there is none. */
  readonly onEditLast: () => boolean;
}

interface ComposerState extends DraftState {
  readonly area: RefObject<HTMLTextAreaElement | null>;
  readonly listId: string;
  readonly completion: Completion;
  readonly onKeyDown: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
  readonly onFocusChange: (focused: boolean) => void;
  readonly send: () => void;
}

/** The behaviour of the composer: text, keys and focus. */
export function useComposer({ conversation, storageKey, onEditLast }: ComposerProps): ComposerState {
  const listId = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const state = useDraft(conversation, storageKey);
  const { draft } = state;
  const [focused, setFocused] = useState(false);
  const caret = focused && draft.start === draft.end ? draft.end : null;
  const completion = useCompletion({ conversation, text: draft.text, caret, area });
  const send = useSend(conversation, state);
  useComposerFocus(area, draft);
  useEmojiNames(draft.text);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || completion.onKeyDown(event)) return;
    const format = formatOfKey(event);
    if (format !== null) formatSelection(event.currentTarget, format);
    else if (event.key === 'Enter' && !event.shiftKey) send();
    else if (event.key === 'Enter') return noteNewline();
    else if (event.key !== 'ArrowUp' || draft.text !== '' || hasModifier(event) || !onEditLast()) return;
    event.preventDefault();
  };
  return { ...state, area, listId, completion, onKeyDown, onFocusChange: setFocused, send };
}

function useSend(conversation: Conversation, { draft, clear }: DraftState): () => void {
  const parley = useParley();
  return () => {
    const body = normalizeBody(draft.text);
    if (body === '' || bodyLength(body).name === 'over') return;
    clear();
    parley.send(conversation, body);
    noteSend();
  };
}

/** Focuses the composer when the conversation opens and when `focusComposer` is called. Restores the caret. */
function useComposerFocus(area: RefObject<HTMLTextAreaElement | null>, draft: Draft): void {
  const latestDraft = useRef(draft);
  useEffect(() => {
    latestDraft.current = draft;
  });
  useEffect(() => {
    const focus = (): void => {
      const { start, end } = latestDraft.current;
      area.current?.focus();
      area.current?.setSelectionRange(start, end);
    };
    if (!isTouchDevice()) focus();
    return registerComposer(focus);
  }, [area]);
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
}
