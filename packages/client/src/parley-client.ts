import type { ChannelId, ChannelKind, ErrorCode, MessageId, Reaction, User, UserId } from '@parley/protocol';
import type { StopReason, WaitReason } from './connection/reasons.ts';

/** A value that changes over time. `get` answers the same object until it changes, so it fits `useSyncExternalStore`. */
export interface Readable<T> {
  get(): T;
  /** Calls `changed` after each change. Returns its undo. */
  subscribe(changed: () => void): () => void;
}

/** Where a message goes: a channel's id, or `to:` and a user's id for the direct message with that user, made when missing. */
export type Conversation = ChannelId | `to:${UserId}`;

/**
 * One connection to a Parley server, everything it knows, and everything a user can do.
 *
 * Reads never wait: they answer what is known now. Actions never throw on refusal: a message, edit, delete or reaction is
 * shown at once and ends as confirmed, or as an entry of `failures` that holds what the user wrote.
 */
export interface ParleyClient {
  /** Starts connecting, and keeps doing so until `close` or a reason to stop. After either it starts anew. */
  connect(): void;
  /** Tries now instead of waiting for the back-off. */
  reconnectNow(): void;
  /** Leaves: says that typing stopped, closes the socket. Pending operations stay in persistence. May be called twice. */
  close(): Promise<void>;

  readonly status: Readable<ConnectionStatus>;
  /** Null until the first `ready`. */
  readonly me: Readable<User | null>;
  /** All channels of the user, by name; direct messages by last activity. */
  readonly channels: Readable<readonly ChannelView[]>;
  /** Everyone heard of. Unknown ids are looked up by `loadUsers` and appear here when they are known. */
  readonly users: Readable<ReadonlyMap<UserId, User>>;
  /** Partners in direct messages who are connected; nobody while this client is not. */
  readonly online: Readable<ReadonlySet<UserId>>;
  /** Operations that failed, oldest first. */
  readonly failures: Readable<readonly FailedOperation[]>;

  /** The channel of a conversation; null for a direct message nobody has written in yet. */
  channelOf(conversation: Conversation): ChannelView | null;
  timeline(conversation: Conversation): Readable<Timeline>;
  /** Who types there now, the user excluded, in the order in which they began. */
  typing(conversation: Conversation): Readable<readonly UserId[]>;

  /** Loads the latest messages, or those around `seq`, unless they are loaded already; and who a direct message is with. */
  open(conversation: Conversation, aroundSeq?: number): void;
  loadOlder(conversation: Conversation): void;
  loadNewer(conversation: Conversation): void;
  /** Drops a window that is detached from the end and loads the latest messages. */
  jumpToLatest(conversation: Conversation): void;

  /** Shows and sends a message. Answers its permanent id. Messages detached from the end give way to the latest, where it stands. */
  send(conversation: Conversation, body: string, options?: { readonly thread?: MessageId }): MessageId;
  edit(channel: ChannelId, id: MessageId, body: string): void;
  delete(channel: ChannelId, id: MessageId): void;
  react(channel: ChannelId, id: MessageId, emoji: string): void;
  unreact(channel: ChannelId, id: MessageId, emoji: string): void;
  /** Sends a failed operation again, with the same id: it can never post twice. */
  retry(operation: OperationId): void;
  /** Forgets a failed operation. Its text is the caller's to keep. */
  dismiss(operation: OperationId): void;

  /** Tells of the composer's state after each change; the SDK repeats and stops by the protocol's rules. */
  composing(conversation: Conversation, hasText: boolean): void;
  /** Moves the read cursor forward to `seq`, on every device of the user. */
  markRead(channel: ChannelId, seq: number): void;
}

/** `sinceMs`: when the connection was lost, or first wanted. Times are those of the client's clock. */
export type ConnectionStatus =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting'; readonly attempt: number; readonly sinceMs: number }
  | { readonly name: 'online' }
  /** The connection failed for `reason`; the next attempt is at `retryAtMs`. */
  | {
      readonly name: 'waiting';
      readonly attempt: number;
      readonly sinceMs: number;
      readonly retryAtMs: number;
      readonly reason: WaitReason;
    }
  /** The client does not reconnect by itself. */
  | { readonly name: 'stopped'; readonly reason: StopReason };

export interface ChannelView {
  readonly id: ChannelId;
  readonly kind: ChannelKind;
  /** Empty for a direct message. */
  readonly name: string;
  readonly topic: string;
  /** Of a direct message: the members other than the user; the user alone for a note to oneself. */
  readonly others: readonly UserId[];
  readonly memberCount: number;
  readonly createdBy: UserId | null;
  readonly lastSeq: number;
  readonly readSeq: number;
  /** Others' messages after `readSeq`; `MAX_COUNTED_UNREAD` means that many or more. */
  readonly unread: number;
  readonly mentions: number;
  /** When its last message was stored, as far as known; 0 otherwise. */
  readonly lastActivityMs: number;
}

/** A contiguous window of a channel's messages with the pending operations laid over it. */
export interface Timeline {
  readonly state: 'empty' | 'loading' | 'loaded' | 'failed';
  /** Oldest first; messages not yet confirmed at the end, in the order they were written. */
  readonly messages: readonly TimelineMessage[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  readonly loadingBefore: boolean;
  readonly loadingAfter: boolean;
}

/** The same object until it changes; the same `id` from pending to confirmed. */
export interface TimelineMessage {
  readonly id: MessageId;
  readonly state: 'pending' | 'sent';
  /** Null while pending. */
  readonly seq: number | null;
  /** The server's time; while pending, the time of sending by the local clock. */
  readonly at: number;
  /** Empty for a pending message while nobody knows who the user is. */
  readonly by: UserId;
  /** Empty once deleted. */
  readonly body: string;
  readonly deleted: boolean;
  readonly editedAt: number | null;
  readonly thread: MessageId | null;
  readonly mentions: readonly UserId[];
  readonly reactions: readonly Reaction[];
  /** An edit, delete or reaction of it waits for confirmation. */
  readonly changing: boolean;
}

export type OperationId = string;

export type OperationKind = 'send' | 'edit' | 'delete' | 'react' | 'unreact';

export interface FailedOperation {
  readonly id: OperationId;
  readonly kind: OperationKind;
  readonly conversation: Conversation;
  readonly message: MessageId;
  /** What the user wrote; empty for a delete or a reaction. */
  readonly text: string;
  readonly reason: FailureReason;
  readonly failedAtMs: number;
}

/** A code of the server, or what happened on the way there. */
export type FailureReason = ErrorCode | 'timeout' | 'offline' | 'removed';
