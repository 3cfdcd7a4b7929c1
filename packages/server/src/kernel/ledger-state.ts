import type { ChannelId, MessageId, UserId } from '@parley/protocol';
import type { ChannelState, CommitState, MemberKey, MemberState, MessageState, ReactionState } from '#ports/store.ts';

/** What a commit loaded, with the changes of its drafts so far. */
export interface LedgerState {
  readonly channels: Map<ChannelId, ChannelState>;
  readonly messages: Map<MessageId, MessageState>;
  /** By `memberKey`. */
  readonly members: Map<string, MemberState>;
  /** The members of a channel by `${channel} ${handle}`. */
  readonly handles: ReadonlyMap<string, UserId>;
  /** In the order in which they were added. */
  readonly reactions: Map<MessageId, ReactionState[]>;
  /** Public channels by lower-case name. */
  readonly publicNames: Map<string, ChannelId>;
  readonly users: ReadonlySet<UserId>;
  /** The read cursors to move, by `memberKey`. */
  readonly cursors: Map<string, MemberKey & { readonly seq: number }>;
}

export function createLedgerState(loaded: CommitState): LedgerState {
  const handles = new Map<string, UserId>();
  const state: LedgerState = {
    channels: new Map(),
    messages: new Map(),
    members: new Map(),
    handles,
    reactions: new Map(),
    publicNames: new Map(),
    users: new Set(loaded.users),
    cursors: new Map(),
  };
  for (const channel of loaded.channels) state.channels.set(channel.id, channel);
  for (const message of loaded.messages) state.messages.set(message.id, message);
  for (const member of loaded.members) state.members.set(memberKey(member), member);
  for (const { channel, handle, user } of loaded.handles) handles.set(`${channel} ${handle}`, user);
  for (const reaction of loaded.reactions) reactionsOf(state, reaction.message).push(reaction);
  for (const { name, channel } of loaded.publicNames) state.publicNames.set(name, channel);
  return state;
}

export function memberKey({ channel, user }: MemberKey): string {
  return `${channel} ${user}`;
}

/** The list of that message's reactions, which the caller may change. */
export function reactionsOf({ reactions }: LedgerState, message: MessageId): ReactionState[] {
  const known = reactions.get(message);
  if (known !== undefined) return known;
  const fresh: ReactionState[] = [];
  reactions.set(message, fresh);
  return fresh;
}
