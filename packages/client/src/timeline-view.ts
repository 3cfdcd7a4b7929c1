import type { UserId } from '@parley/protocol';
import type { Loads } from './loader.ts';
import type { Operation } from './operation.ts';
import { overlay } from './overlay.ts';
import type { Timeline, TimelineMessage } from './parley-client.ts';
import type { Window } from './window.ts';

export interface TimelineInput {
  /** Null when nothing is loaded, or there is no channel yet. */
  readonly window: Window | null;
  readonly loads: Loads;
  /** A direct message nobody has written in yet: there is nothing to load. */
  readonly isNew: boolean;
  /** Those of this conversation. */
  readonly pending: readonly Operation[];
  readonly me: UserId;
}

const NO_MESSAGES: readonly TimelineMessage[] = [];
export const EMPTY_TIMELINE: Timeline = {
  state: 'empty',
  messages: NO_MESSAGES,
  moreBefore: false,
  moreAfter: false,
  loadingBefore: false,
  loadingAfter: false,
};

/** What is shown of a conversation: `shown` again where nothing changed. */
export function timelineOf(input: TimelineInput, shown: Timeline): Timeline {
  const { window, loads } = input;
  const timeline: Timeline = {
    state: stateOf(input),
    messages: messagesOf(input, shown.messages),
    moreBefore: window?.moreBefore ?? false,
    moreAfter: window?.moreAfter ?? false,
    loadingBefore: isLoading(loads.before),
    loadingAfter: isLoading(loads.after),
  };
  return isEqual(timeline, shown) ? shown : timeline;
}

function stateOf({ window, loads, isNew }: TimelineInput): Timeline['state'] {
  if (window !== null || isNew) return 'loaded';
  if (loads.whole === undefined) return 'empty';
  return loads.whole.state === 'failed' ? 'failed' : 'loading';
}

function isLoading(load: Loads['whole']): boolean {
  return load !== undefined && load.state !== 'failed';
}

function messagesOf(
  { window, pending, me }: TimelineInput,
  shown: readonly TimelineMessage[],
): readonly TimelineMessage[] {
  // What is written now belongs to the end of the log, which a detached window does not show.
  const isDetached = window?.moreAfter === true;
  const laid = isDetached ? pending.filter(({ kind }) => kind !== 'send') : pending;
  const messages = overlay(window?.messages ?? NO_MESSAGES, laid, { me, shown });
  return messages.length === shown.length && messages.every((message, index) => message === shown[index])
    ? shown
    : messages;
}

function isEqual(a: Timeline, b: Timeline): boolean {
  return (
    a.state === b.state &&
    a.messages === b.messages &&
    a.moreBefore === b.moreBefore &&
    a.moreAfter === b.moreAfter &&
    a.loadingBefore === b.loadingBefore &&
    a.loadingAfter === b.loadingAfter
  );
}
