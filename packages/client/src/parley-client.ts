import type { ChannelId, ChannelKind, ErrorCode, MessageId, Reaction, User, UserId } from '@parley/protocol';
import type { StopReason, WaitReason } from './connection/reasons.ts';

/** A value that changes over time. `get` returns the same object until it changes, as `useSyncExternalStore` requires. */
export interface Readable<T> {
  get(): T;
  /** Calls `changed` after each change. Returns its undo. */
  subscribe(changed: () => void): () => void;
}

/** Where a message is sent: a channel's id, or `to:` and a user's id for the direct message with that user, created if missing. */
export type Conversation = ChannelId | `to:${UserId}`;

/**
 * One connection to a Parley server: its state, and all actions of a user.
 *
 * Reads are synchronous and return the current state. Actions do not throw when the server refuses: a message, edit, delete
 * or reaction is shown at once and ends as confirmed, or as an entry of `failures` that keeps the user's text.
 */
export interface ParleyClient {
  /** Connects, and reconnects until `close` or a reason to stop. Can be called again after either. */
  connect(): void;
  /** Reconnects now instead of waiting for the backoff. */
  reconnectNow(): void;
  /** Ends typing and closes the socket. Pending operations stay in persistence. May be called twice. */
  close(): Promise<void>;

  readonly status: Readable<ConnectionStatus>;
  /** Null until the first `ready`. */
  readonly me: Readable<User | null>;
  /** All channels of the user, by name; direct messages by last activity. */
  readonly channels: Readable<readonly ChannelView[]>;
  /** All known users. Unknown ids are requested with `fetchUsers` and appear here once they are known. */
  readonly users: Readable<ReadonlyMap<UserId, User>>;
  /** The connected partners of direct messages; empty while this client is not online. */
  readonly online: Readable<ReadonlySet<UserId>>;
  /** Operations that failed, oldest first. */
  readonly failures: Readable<readonly FailedOperation[]>;

  /** The channel of a conversation; null for a direct message that does not exist yet. */
  channelOf(conversation: Conversation): ChannelView | null;
  timeline(conversation: Conversation): Readable<Timeline>;
  /** The users who are typing there, without this user, in the order in which they started. */
  typing(conversation: Conversation): Readable<readonly UserId[]>;

  /** Loads the latest messages, or those around `aroundSeq`, unless they are loaded; and the partner of a direct message. */
  open(conversation: Conversation, aroundSeq?: number): void;
  loadOlder(conversation: Conversation): void;
  loadNewer(conversation: Conversation): void;
  /** Replaces a window that is detached from the end with the latest messages. */
  jumpToLatest(conversation: Conversation): void;

  /** Shows and sends a message. Returns its permanent id. A window that is detached from the end is replaced with the latest messages. */
  send(conversation: Conversation, body: string, options?: { readonly thread?: MessageId }): MessageId;
  edit(channel: ChannelId, id: MessageId, body: string): void;
  delete(channel: ChannelId, id: MessageId): void;
  react(channel: ChannelId, id: MessageId, emoji: string): void;
  unreact(channel: ChannelId, id: MessageId, emoji: string): void;
  /** Sends a failed operation again with the same id, so it can't be stored twice. */
  retry(operation: OperationId): void;
  /** Drops a failed operation and its text. */
  dismiss(operation: OperationId): void;

  /** Must be called after each change of the composer. The SDK repeats and ends the typing signal by the protocol's rules. */
  composing(conversation: Conversation, hasText: boolean): void;
  /** Moves the read cursor forward to `seq`, on every device of the user. */
  markRead(channel: ChannelId, seq: number): void;
}

/** `sinceMs`: when the connection was lost, or `connect` was called. All times are by the client's clock. */
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
  /** For a direct message: the members other than the user, or the user alone in a note to oneself. */
  readonly others: readonly UserId[];
  readonly memberCount: number;
  readonly createdBy: UserId | null;
  readonly lastSeq: number;
  readonly readSeq: number;
  /** Others' messages after `readSeq`; `MAX_COUNTED_UNREAD` means that many or more. */
  readonly unread: number;
  readonly mentions: number;
  /** When its last known message was stored; 0 if none is known. */
  readonly lastActivityMs: number;
}

/** A contiguous range of a channel's messages, with the pending operations applied. */
export interface Timeline {
  readonly state: 'empty' | 'loading' | 'loaded' | 'failed';
  /** Oldest first; unconfirmed messages are last, in the order in which they were sent. */
  readonly messages: readonly TimelineMessage[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  readonly loadingBefore: boolean;
  readonly loadingAfter: boolean;
}

/** The same object until it changes. `id` stays the same from pending to confirmed. */
export interface TimelineMessage {
  readonly id: MessageId;
  readonly state: 'pending' | 'sent';
  /** Null while pending. */
  readonly seq: number | null;
  /** The server's time; while pending, the time of sending by the local clock. */
  readonly at: number;
  /** Empty for a pending message while the user is not known. */
  readonly by: UserId;
  /** Empty once deleted. */
  readonly body: string;
  readonly deleted: boolean;
  readonly editedAt: number | null;
  readonly thread: MessageId | null;
  readonly mentions: readonly UserId[];
  readonly reactions: readonly Reaction[];
  /** An edit, delete or reaction of it is unconfirmed. */
  readonly changing: boolean;
}

export type OperationId = string;

export type OperationKind = 'send' | 'edit' | 'delete' | 'react' | 'unreact';

export interface FailedOperation {
  readonly id: OperationId;
  readonly kind: OperationKind;
  readonly conversation: Conversation;
  readonly message: MessageId;
  /** The user's text; empty for a delete or a reaction. */
  readonly text: string;
  readonly reason: FailureReason;
  readonly failedAtMs: number;
}

/** An error code of the server, or what prevented its reply. */
export type FailureReason = ErrorCode | 'timeout' | 'offline' | 'removed';
