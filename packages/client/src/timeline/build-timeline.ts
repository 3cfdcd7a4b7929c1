import type { UserId } from '@parley/protocol';
import type { Operation } from '../outbox/operation.ts';
import { overlay } from '../outbox/overlay.ts';
import type { Timeline, TimelineMessage } from '../parley-client.ts';
import { reuseIfEqual } from '../structural-sharing.ts';
import { isLoading, type LoadStates } from './history-loader.ts';
import type { Window } from './message-window.ts';

export interface TimelineInput {
  /** Null if nothing is loaded, or the channel does not exist yet. */
  readonly window: Window | null;
  readonly loads: LoadStates;
  /** A direct message without messages: there is nothing to load. */
  readonly isNew: boolean;
  /** The operations of this conversation. */
  readonly pending: readonly Operation[];
  readonly me: UserId;
}

/** The timeline of a conversation. Messages that are equal to those in `shown` stay the same objects. */
export function timelineOf(input: TimelineInput, shown: Timeline | undefined): Timeline {
  return {
    state: stateOf(input),
    messages: messagesOf(input, shown?.messages ?? []),
    moreBefore: input.window?.moreBefore ?? false,
    moreAfter: input.window?.moreAfter ?? false,
    loadingBefore: isLoading(input.loads.before),
    loadingAfter: isLoading(input.loads.after),
  };
}

function stateOf({ window, loads, isNew }: TimelineInput): Timeline['state'] {
  if (window !== null || isNew) return 'loaded';
  if (loads.whole === undefined) return 'empty';
  return loads.whole.state === 'failed' ? 'failed' : 'loading';
}

function messagesOf(
  { window, pending, me }: TimelineInput,
  shown: readonly TimelineMessage[],
): readonly TimelineMessage[] {
  // New messages belong to the end of the log, which a detached window does not show.
  const isDetached = window?.moreAfter === true;
  const visible = isDetached ? pending.filter(({ kind }) => kind !== 'send') : pending;
  return reuseIfEqual(shown, overlay(window?.messages ?? [], visible, { me, shown }));
}
