import type { ChannelView, Conversation, Timeline } from '@parley/client';
import { useParley } from '@parley/react';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { nextScrollStep, type ScrollStep, type ScrollTarget, initialTarget } from './initial-position.ts';
import type { TimelineScroll } from './timeline-scroll.ts';

interface LandingOptions {
  readonly conversation: Conversation;
  readonly channel: ChannelView | null;
  readonly timeline: Timeline;
  readonly atSeq: number | null;
  /** Where one was in this conversation before. */
  readonly left: ScrollTarget | null;
  readonly scroll: TimelineScroll;
}

export interface LandingState {
  readonly landed: boolean;
  /** The message that a link points to, once it is on screen. */
  readonly linked: string | null;
  /** Goes to the end, loading it where the window does not reach there. */
  readonly toEnd: () => void;
}

/** Opens a conversation where the reader wants to be: see `targetOf`. */
export function useInitialPosition(options: LandingOptions): LandingState {
  const { conversation, channel, timeline, atSeq, left, scroll } = options;
  const parley = useParley();
  const asked = useRef(false);
  const [link, setLink] = useState(atSeq);
  const [target, setTarget] = useState(() => initialTarget(channel, atSeq, left));
  const [reached, setReached] = useState<{ readonly target: ScrollTarget; readonly linked: string | null } | null>(
    null,
  );
  const aim = useCallback((next: ScrollTarget) => {
    asked.current = false;
    setTarget(next);
  }, []);

  if (atSeq !== link) {
    setLink(atSeq);
    if (atSeq !== null) setTarget({ kind: 'message', seq: atSeq });
  }

  useAimAgain(timeline, reached?.target === target, aim);

  useLayoutEffect(() => {
    if (reached?.target === target) return;
    const step = nextScrollStep(target, timeline, asked.current);
    if (step.kind === 'load') {
      asked.current = step.seq !== null;
      if (step.seq === null) parley.open(conversation);
      else parley.open(conversation, step.seq);
    } else if (step.kind === 'land') {
      asked.current = false;
      land(step, target, scroll);
      setReached({ target, linked: linkedMessage(step, timeline) });
    }
  }, [parley, conversation, timeline, target, reached, scroll]);

  const toEnd = useCallback(() => {
    if (timeline.moreAfter) {
      aim({ kind: 'end' });
      parley.jumpToLatest(conversation);
    } else {
      scroll.toEnd();
    }
  }, [aim, conversation, parley, scroll, timeline.moreAfter]);

  return { landed: reached !== null, linked: reached?.linked ?? null, toEnd };
}

/** What was on screen has been dropped, because a new history or the latest messages load: come in at the end. */
function useAimAgain(timeline: Timeline, reached: boolean, aim: (target: ScrollTarget) => void): void {
  const isGone = timeline.state !== 'loaded' && timeline.messages.length === 0;
  useLayoutEffect(() => {
    if (isGone && reached) aim({ kind: 'end' });
  }, [isGone, reached, aim]);
}

/** The first row of the list is its start, before the first message. */
const ROWS_BEFORE = 1;

function land(step: ScrollStep & { kind: 'land' }, target: ScrollTarget, scroll: TimelineScroll): void {
  if (step.at === 'end') scroll.toEnd();
  else if (target.kind === 'place') scroll.toRow(step.index + ROWS_BEFORE, { insidePx: target.insidePx });
  else if (step.at !== 'place') scroll.toRow(step.index + ROWS_BEFORE, step.at);
}

function linkedMessage(step: ScrollStep & { kind: 'land' }, { messages }: Timeline): string | null {
  return step.at === 'message' ? (messages[step.index]?.id ?? null) : null;
}
