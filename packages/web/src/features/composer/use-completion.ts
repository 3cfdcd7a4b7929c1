import type { Conversation } from '@parley/client';
import { type KeyboardEvent, type RefObject, useMemo, useState } from 'react';
import { useEmoji } from '../emoji/emoji-data.ts';
import { recordEmojiUse } from '../emoji/recent-emoji.ts';
import { changeText } from './edit-text.ts';
import type { Candidate } from './rank-mentions.ts';
import { findTrigger, type Trigger } from './trigger.ts';
import { useMentionPeople } from './use-mention-people.ts';

const MAX_EMOJI = 8;

export type CompletionOption =
  | { readonly kind: 'mention'; readonly key: string; readonly insert: string; readonly candidate: Candidate }
  | { readonly kind: 'emoji'; readonly key: string; readonly insert: string; readonly name: string };

export interface Completion {
  readonly options: readonly CompletionOption[];
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly choose: (index: number) => void;
  /** Returns true when the list has handled the key. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
}

interface CompletionInput {
  readonly conversation: Conversation;
  readonly text: string;
  /** Null when text is selected, or the text box has no focus. */
  readonly caret: number | null;
  readonly area: RefObject<HTMLTextAreaElement | null>;
}

/** Completes users after `@` and emoji after `:`. */
export function useCompletion({ conversation, text, caret, area }: CompletionInput): Completion {
  const trigger = useMemo(() => (caret === null ? null : findTrigger(text, caret)), [text, caret]);
  // Escape hides the list until another word is started.
  const [dismissed, setDismissed] = useState<number | null>(null);
  const shown = trigger === null || trigger.start === dismissed ? null : trigger;
  const options = useOptions(shown, conversation);
  const [chosen, setChosen] = useState({ completionId: '', index: 0 });
  const completionId = shown === null ? '' : `${shown.kind}${shown.start}${shown.query}`;
  const active = chosen.completionId === completionId ? Math.min(chosen.index, Math.max(0, options.length - 1)) : 0;
  if (trigger === null && dismissed !== null) setDismissed(null);

  const setActive = (index: number): void => setChosen({ completionId, index });
  const choose = (index: number): void => {
    const option = options[index];
    if (option === undefined || shown === null || area.current === null) return;
    if (option.kind === 'emoji') recordEmojiUse(option.insert);
    const insert = `${option.insert} `;
    const at = shown.start + insert.length;
    changeText(area.current, { from: shown.start, to: shown.end, insert, start: at, end: at });
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (options.length === 0 || event.nativeEvent.isComposing) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) setActive((active + move + options.length) % options.length);
    else if ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey)) choose(active);
    else if (event.key === 'Escape') setDismissed(shown?.start ?? null);
    else return false;
    event.preventDefault();
    return true;
  };
  return { options, active, setActive, choose, onKeyDown };
}

function useOptions(trigger: Trigger | null, conversation: Conversation): readonly CompletionOption[] {
  const people = useMentionPeople(trigger?.kind === 'mention' ? trigger.query : null, conversation);
  const index = useEmoji();
  return useMemo(() => {
    if (trigger?.kind === 'mention') {
      return people.map((candidate) => ({
        kind: 'mention',
        key: candidate.user.id,
        insert: `@${candidate.user.handle}`,
        candidate,
      }));
    }
    if (trigger === null || index === null) return [];
    return index.searchEmoji(trigger.query, MAX_EMOJI).map(({ emoji, names }) => ({
      kind: 'emoji',
      key: emoji,
      insert: emoji,
      name: names.find((name) => name.startsWith(trigger.query)) ?? names[0] ?? '',
    }));
  }, [trigger, people, index]);
}
