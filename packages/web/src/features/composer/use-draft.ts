import type { Conversation } from '@parley/client';
import { useParley, useReadable } from '@parley/react';
import { useCallback, useEffect, useMemo } from 'react';
import { type Draft, NO_DRAFT } from './drafts.ts';
import { useDrafts } from './use-drafts.ts';

export interface DraftState {
  readonly draft: Draft;
  readonly write: (draft: Draft) => void;
  /** Stores the selection, unless it belongs to a text that is no longer the draft. */
  readonly select: (draft: Draft) => void;
  /** Empties the composer. */
  readonly clear: () => void;
}

/** The composer's text for a conversation. Sends typing signals while it changes. */
export function useDraft(conversation: Conversation, storageKey: string): DraftState {
  const parley = useParley();
  const drafts = useDrafts();
  const draft = useReadable(useMemo(() => drafts.draft(storageKey), [drafts, storageKey]));
  const write = useCallback(
    (next: Draft) => {
      const changed = drafts.read(storageKey).text !== next.text;
      drafts.write(storageKey, next);
      if (changed) parley.composing(conversation, next.text.trim() !== '');
    },
    [drafts, storageKey, parley, conversation],
  );
  const select = useCallback(
    (next: Draft) => {
      const { text, start, end } = drafts.read(storageKey);
      if (text === next.text && (start !== next.start || end !== next.end)) drafts.write(storageKey, next);
    },
    [drafts, storageKey],
  );
  const clear = useCallback(() => write(NO_DRAFT), [write]);
  useEffect(
    () => () => {
      parley.composing(conversation, false);
      drafts.flush();
    },
    [parley, conversation, drafts],
  );
  return { draft, write, select, clear };
}
