import type { ChannelId, LogEvent, LogEventByType, LogEventType, MessageId } from '@parley/protocol';
import type { ChannelState, MessageState } from '#ports/store.ts';
import { memberKey, reactionsOf, type LedgerState } from './ledger-state.ts';

type Projection<T extends LogEventType> = (state: LedgerState, event: LogEventByType[T]) => void;

/** What each event changes in the state that the later drafts of the same group commit see. */
const PROJECTIONS: { readonly [T in LogEventType]: Projection<T> } = {
  message(state, { channel, seq, at, by, message }) {
    if ('deleted' in message) throw new Error('a new message cannot be deleted');
    const { id, body, thread } = message;
    state.messages.set(id, { id, channel, seq, at, by, body, ...(thread === undefined ? {} : { thread }) });
  },
  edited(state, { id, body }) {
    changeMessage(state, id, { body });
  },
  deleted(state, { id }) {
    state.reactions.delete(id);
    changeMessage(state, id, { body: null });
  },
  reacted(state, { id, emoji, by }) {
    reactionsOf(state, id).push({ message: id, emoji, user: by });
  },
  unreacted(state, { id, emoji, by }) {
    const others = reactionsOf(state, id).filter((reaction) => reaction.emoji !== emoji || reaction.user !== by);
    state.reactions.set(id, others);
  },
  joined(state, event) {
    state.members.set(memberKey(event), { channel: event.channel, user: event.user, readSeq: event.seq - 1 });
    changeChannel(state, event.channel, ({ memberCount }) => ({ memberCount: memberCount + 1 }));
  },
  left(state, event) {
    state.members.delete(memberKey(event));
    state.cursors.delete(memberKey(event));
    changeChannel(state, event.channel, ({ memberCount }) => ({ memberCount: memberCount - 1 }));
  },
  renamed(state, { channel: id, name, topic }) {
    const channel = state.channels.get(id);
    if (channel?.kind === 'public') {
      state.publicNames.delete(channel.name.toLowerCase());
      state.publicNames.set(name.toLowerCase(), id);
    }
    changeChannel(state, id, () => ({ name, topic }));
  },
};

/** Applies an event to the state. */
export function project(state: LedgerState, event: LogEvent): void {
  projectAs(event.type, state, event);
}

function projectAs<T extends LogEventType>(type: T, state: LedgerState, event: LogEventByType[T]): void {
  PROJECTIONS[type](state, event);
}

function changeMessage(state: LedgerState, id: MessageId, change: Partial<MessageState>): void {
  const message = state.messages.get(id);
  if (message !== undefined) state.messages.set(id, { ...message, ...change });
}

function changeChannel(
  state: LedgerState,
  id: ChannelId,
  change: (channel: ChannelState) => Partial<ChannelState>,
): void {
  const channel = state.channels.get(id);
  if (channel !== undefined) state.channels.set(id, { ...channel, ...change(channel) });
}
