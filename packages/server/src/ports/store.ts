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
 * Guarantees every adapter gives, and the contract suite checks:
 * - `commit` is serializable against every other commit that names one of its channels, on every node.
 * - When `commit` resolves, what it decided survives kill -9 and power loss, all of it. When it rejects with
 *   `StoreUnavailable`, either all of it or nothing is stored (an answer can be lost after the commit), and the same
 *   commit may be run again: `decide` sees in its state whether the first attempt got through.
 * - A read sees every commit that resolved before it began. One read is one consistent moment.
 * - Derived rows (messages, members, reactions, names, counters) change in the transaction that appends their event.
 */
export interface Store {
  /**
   * Loads what `scope` names, hands it to `decide`, and stores what that returns, in one transaction. When `decide` throws,
   * or decides what contradicts the data (a seq that leaves a hole, an id that exists), nothing is stored, and it rejects
   * with an error that is not `StoreUnavailable`.
   */
  commit<R>(scope: CommitScope, decide: (state: CommitState) => Decision<R>): Promise<R>;

  /** Changes when history can no longer be trusted (a restored backup). Made with the store. */
  epoch(): Promise<string>;
  isMember(channel: ChannelId, user: UserId): Promise<boolean>;
  /** Every channel of `user`. */
  channelIdsOf(user: UserId): Promise<ChannelId[]>;
  /** Every channel of `user` as `ready` shows it, all as of one moment. */
  summariesOf(user: UserId): Promise<ChannelSummary[]>;
  /** One channel as `user` sees it; null when not a member. */
  summaryOf(channel: ChannelId, user: UserId): Promise<ChannelSummary | null>;
  /** Public channels, and the others that `user` is in. By name. */
  listChannels(user: UserId): Promise<ListedChannel[]>;
  /** What each of these users is a member of, told briefly, to notice that it changed. Without those in no channel. */
  membershipDigests(users: readonly UserId[]): Promise<Map<UserId, MembershipDigest>>;
  /** Every membership of these users. */
  memberships(users: readonly UserId[]): Promise<MemberState[]>;
  /** In the order in which they joined. */
  memberIds(channel: ChannelId): Promise<UserId[]>;
  /** Events with `seq > after`, in order, at most `limit`; of deleted messages only tombstones. */
  eventsAfter(channel: ChannelId, after: number, limit: number): Promise<EventPage>;
  /** The same for a member, membership and events as of one moment; null when `user` is not a member. */
  eventsForMember(member: MemberKey, after: number, limit: number): Promise<EventPage | null>;
  /** Messages in their current state, oldest first. */
  messages(channel: ChannelId, query: MessageQuery): Promise<MessagePage>;
  /** The last seq of each channel; unknown channels are left out. */
  heads(channels: readonly ChannelId[]): Promise<Map<ChannelId, number>>;
  /** Milliseconds since the epoch by the store's own clock: the one that every node shares. */
  now(): Promise<number>;
  /** Resolves when a message could be stored now, rejects with the reason otherwise. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** The store could not do it now. What was asked may be asked again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** What a commit looks at. Everything it decides on must be named here. */
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

/** What the scope named, as far as it exists. */
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
  /** Null for #general, which nobody made. */
  readonly createdBy: UserId | null;
  readonly lastSeq: number;
  readonly memberCount: number;
  /** Only for direct messages: who it is for, from the start. */
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
  /** Differs when a cursor moved or a membership changed; equal says nothing when a channel was lost and another gained. */
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
  /** In order; the seqs of each channel go on from its `lastSeq` without a hole. */
  readonly events: readonly LogEvent[];
  /** Read cursors to move forward; one that stands further ahead already stays. */
  readonly cursors: readonly (MemberKey & { readonly seq: number })[];
}

/** A channel to be made, empty: its log starts with the first `joined`. */
export type NewChannel = Omit<ChannelState, 'lastSeq' | 'memberCount'> & { readonly createdAt: number };

export interface EventPage {
  readonly events: LogEvent[];
  readonly lastSeq: number;
}

export interface MessageQuery {
  /** Nothing: the latest. `around` is the seq to be in the middle. */
  readonly anchor: { readonly before: number } | { readonly after: number } | { readonly around: number } | null;
  readonly limit: number;
}
