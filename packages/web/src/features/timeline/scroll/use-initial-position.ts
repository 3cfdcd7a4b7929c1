import type { ChannelView, Conversation, Timeline } from '@parley/client';
import { useParley } from '@parley/react';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { nextScrollStep, type ScrollStep, type ScrollTarget, initialTarget } from './initial-position.ts';
import type { TimelineScroll } from './timeline-scroll.ts';

interface InitialPositionOptions {
  readonly conversation: Conversation;
  readonly channel: ChannelView | null;
  readonly timeline: Timeline;
  readonly atSeq: number | null;
  /** The position when the conversation was last left. */
  readonly savedPosition: ScrollTarget | null;
  readonly scroll: TimelineScroll;
}

export interface InitialPosition {
  readonly isPositioned: boolean;
  /** The message that a link points to, once it is on screen. */
  readonly linked: string | null;
  /** Scrolls to the end, and loads the latest messages if the window does not reach it. */
  readonly toEnd: () => void;
}

/** Opens a conversation at its initial target, see `initialTarget`. */
export function useInitialPosition(options: InitialPositionOptions): InitialPosition {
  const { conversation, channel, timeline, atSeq, savedPosition, scroll } = options;
  const parley = useParley();
  const requested = useRef(false);
  const [link, setLink] = useState(atSeq);
  const [target, setTarget] = useState(() => initialTarget(channel, atSeq, savedPosition));
  const [reached, setReached] = useState<{ readonly target: ScrollTarget; readonly linked: string | null } | null>(
    null,
  );
  const retarget = useCallback((next: ScrollTarget) => {
    requested.current = false;
    setTarget(next);
  }, []);

  if (atSeq !== link) {
    setLink(atSeq);
    if (atSeq !== null) setTarget({ kind: 'message', seq: atSeq });
  }

  useRetargetWhenCleared(timeline, reached?.target === target, retarget);

  useLayoutEffect(() => {
    if (reached?.target === target) return;
    const step = nextScrollStep(target, timeline, requested.current);
    if (step.kind === 'load') {
      requested.current = step.seq !== null;
      if (step.seq === null) parley.open(conversation);
      else parley.open(conversation, step.seq);
    } else if (step.kind === 'scroll') {
      requested.current = false;
      scrollToStep(step, target, scroll);
      setReached({ target, linked: linkedMessage(step, timeline) });
    }
  }, [parley, conversation, timeline, target, reached, scroll]);

  const toEnd = useCallback(() => {
    if (timeline.moreAfter) {
      retarget({ kind: 'end' });
      parley.jumpToLatest(conversation);
    } else {
      scroll.toEnd();
    }
  }, [retarget, conversation, parley, scroll, timeline.moreAfter]);

  return { isPositioned: reached !== null, linked: reached?.linked ?? null, toEnd };
}

/** Retargets the end when the messages on screen were dropped, because a new history or the latest messages are loading. */
function useRetargetWhenCleared(timeline: Timeline, reached: boolean, retarget: (target: ScrollTarget) => void): void {
  const isGone = timeline.state !== 'loaded' && timeline.messages.length === 0;
  useLayoutEffect(() => {
    if (isGone && reached) retarget({ kind: 'end' });
  }, [isGone, reached, retarget]);
}

/** The list starts with the start marker, before the first message. */
const ROWS_BEFORE = 1;

function scrollToStep(step: ScrollStep & { kind: 'scroll' }, target: ScrollTarget, scroll: TimelineScroll): void {
  if (step.at === 'end') scroll.toEnd();
  else if (target.kind === 'saved') scroll.toRow(step.index + ROWS_BEFORE, { insidePx: target.insidePx });
  else if (step.at !== 'saved') scroll.toRow(step.index + ROWS_BEFORE, step.at);
}

function linkedMessage(step: ScrollStep & { kind: 'scroll' }, { messages }: Timeline): string | null {
  return step.at === 'message' ? (messages[step.index]?.id ?? null) : null;
}
