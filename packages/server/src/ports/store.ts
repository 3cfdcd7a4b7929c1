import type {
  ChannelId,
  ChannelKind,
  ChannelSummary,
  ListedChannel,
  LogEvent,
  MessageId,
  MessagePage,
  UserId,
} from '@parley/protocol';

/**
 * The durable log and everything derived from it.
 *
 * Guarantees of every adapter, checked by the contract suite:
 * - `commit` is serializable against every other commit that names one of its channels, on every node.
 * - When `commit` resolves, the whole decision survives kill -9 and power loss. When it rejects with `StoreUnavailable`,
 *   either all of it or nothing is stored (the response can be lost after the commit), and the same commit may be retried:
 *   `decide` sees in its state whether the first attempt was stored.
 * - A read sees every commit that resolved before it began. One read is one consistent snapshot.
 * - Derived rows (messages, members, reactions, names, counters) change in the transaction that appends their event.
 */
export interface Store {
  /**
   * Loads what `scope` names, passes it to `decide`, and stores the returned decision, in one transaction. When `decide`
   * throws, or its decision contradicts the data (a seq that leaves a hole, an id that exists), nothing is stored, and it
   * rejects with an error that is not `StoreUnavailable`.
   */
  commit<R>(scope: CommitScope, decide: (state: CommitState) => Decision<R>): Promise<R>;

  /** Created with the store. Changes when clients must discard their copy of the history (a restored backup). */
  epoch(): Promise<string>;
  isMember(channel: ChannelId, user: UserId): Promise<boolean>;
  /** Every channel of `user`. */
  channelIdsOf(user: UserId): Promise<ChannelId[]>;
  /** Every channel of `user` as `ready` shows it, all from one snapshot. */
  summariesOf(user: UserId): Promise<ChannelSummary[]>;
  /** One channel as `user` sees it; null when not a member. */
  summaryOf(channel: ChannelId, user: UserId): Promise<ChannelSummary | null>;
  /** Public channels, and the others that `user` is in. By name. */
  listChannels(user: UserId): Promise<ListedChannel[]>;
  /** A digest of each user's memberships, to detect that they changed. Omits users without a channel. */
  membershipDigests(users: readonly UserId[]): Promise<Map<UserId, MembershipDigest>>;
  /** Every membership of these users. */
  memberships(users: readonly UserId[]): Promise<MemberState[]>;
  /** In the order in which they joined. */
  memberIds(channel: ChannelId): Promise<UserId[]>;
  /** Events with `seq > after`, in order, at most `limit`; of deleted messages only tombstones. */
  eventsAfter(channel: ChannelId, after: number, limit: number): Promise<EventPage>;
  /** The same for a member, with membership and events from one snapshot; null when `user` is not a member. */
  eventsForMember(member: MemberKey, after: number, limit: number): Promise<EventPage | null>;
  /** Messages in their current state, oldest first. */
  messages(channel: ChannelId, query: MessageQuery): Promise<MessagePage>;
  /** The last seq of each channel. Omits unknown channels. */
  heads(channels: readonly ChannelId[]): Promise<Map<ChannelId, number>>;
  /** Milliseconds since the epoch by the store's clock, which all nodes share. */
  now(): Promise<number>;
  /** Resolves when a message could be stored now, rejects with the reason otherwise. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** The store cannot do it now. The caller may retry. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** What a commit loads. It must name everything that the decision depends on. */
export interface CommitScope {
  readonly channels: readonly ChannelId[];
  readonly messages: readonly MessageId[];
  readonly members: readonly MemberKey[];
  /** Handles to be resolved to members of the channel. */
  readonly handles: readonly { readonly channel: ChannelId; readonly handle: string }[];
  /** Messages whose reactions are needed. */
  readonly reactions: readonly MessageId[];
  /** Lower-cased names to be looked up among public channels. */
  readonly publicNames: readonly string[];
  /** Users whose existence is needed. */
  readonly users: readonly UserId[];
}

export interface MemberKey {
  readonly channel: ChannelId;
  readonly user: UserId;
}

/** The rows that the scope named and that exist. */
export interface CommitState {
  readonly channels: readonly ChannelState[];
  readonly messages: readonly MessageState[];
  readonly members: readonly MemberState[];
  readonly handles: readonly { readonly channel: ChannelId; readonly handle: string; readonly user: UserId }[];
  readonly reactions: readonly ReactionState[];
  readonly publicNames: readonly { readonly name: string; readonly channel: ChannelId }[];
  readonly users: readonly UserId[];
}

export interface ChannelState {
  readonly id: ChannelId;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly topic: string;
  /** Null for #general, which no user created. */
  readonly createdBy: UserId | null;
  readonly lastSeq: number;
  readonly memberCount: number;
  /** Only for direct messages: the users it is between, fixed at its creation. */
  readonly dmMembers?: readonly UserId[];
}

export interface MessageState {
  readonly id: MessageId;
  readonly channel: ChannelId;
  readonly seq: number;
  readonly at: number;
  readonly by: UserId;
  /** Null once deleted. */
  readonly body: string | null;
  /** The id of its root, when it is a reply. */
  readonly thread?: MessageId;
}

export interface MemberState extends MemberKey {
  readonly readSeq: number;
}

export interface MembershipDigest {
  readonly channels: number;
  /** Differs when a cursor moved or a membership changed. May stay equal when one channel was left and another joined. */
  readonly mark: string;
}

export interface ReactionState {
  readonly message: MessageId;
  readonly emoji: string;
  readonly user: UserId;
}

export interface Decision<R> {
  readonly result: R;
  readonly channels: readonly NewChannel[];
  /** In order. The seqs of each channel continue from its `lastSeq` without a hole. */
  readonly events: readonly LogEvent[];
  /** Read cursors to move forward. A cursor that is already further ahead stays. */
  readonly cursors: readonly (MemberKey & { readonly seq: number })[];
}

/** An empty channel to create: its log starts with the first `joined`. */
export type NewChannel = Omit<ChannelState, 'lastSeq' | 'memberCount'> & { readonly createdAt: number };

export interface EventPage {
  readonly events: LogEvent[];
  readonly lastSeq: number;
}

export interface MessageQuery {
  /** Null for the latest messages. `around` is the seq in the middle. */
  readonly anchor: { readonly before: number } | { readonly after: number } | { readonly around: number } | null;
  readonly limit: number;
}
