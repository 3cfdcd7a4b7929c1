/**
 * The format of a history file: one JSON object a line, in the order of observation. All records come from outside the
 * server, from a connection or a screen; none relies on what a server reports about itself.
 */
export type HistoryRecord =
  | Header
  | Opened
  | Closed
  | AttemptRecord
  | Acked
  | Refused
  | Subscribed
  | Unsubscribed
  | Delivered
  | Log
  | MessageList
  | Submitted
  | Dismissed
  | ClientView
  | Converged
  | Fault
  | Measured;

/** The first line: how to repeat the run. */
export interface Header {
  readonly what: 'header';
  readonly kind: string;
  readonly seed: string;
  readonly nodes: number;
  readonly commit: string;
  /** Time that an SDK client has to show everything, once it is connected and no client has anything left to send. */
  readonly maxConvergedMs: number;
}

/** A connection was opened. `connection` is unique in the file. */
export interface Opened {
  readonly what: 'opened';
  readonly connection: string;
  readonly user: string;
  readonly node: string;
}

export interface Closed {
  readonly what: 'closed';
  readonly connection: string;
  readonly code: number;
}

/** A request to change a log is about to be written to a socket. Without a reply its outcome is unknown. */
export interface AttemptRecord {
  readonly what: 'attempt';
  readonly connection: string;
  readonly ref: number;
  readonly kind: EntryKind;
  /** The channel's id, or `to:` and a user's id. */
  readonly channel: string;
  readonly id: string;
  /** The text of the message; empty for a deletion. Unique, so it identifies an edit. */
  readonly text: string;
}

export interface Acked {
  readonly what: 'acked';
  readonly connection: string;
  readonly ref: number;
  readonly channel: string;
  readonly seq: number;
}

export interface Refused {
  readonly what: 'refused';
  readonly connection: string;
  readonly ref: number;
  readonly code: string;
}

/** From here on the connection receives the channel's events; the next is `seq + 1`. */
export interface Subscribed {
  readonly what: 'subscribed';
  readonly connection: string;
  readonly channel: string;
  readonly seq: number;
}

export interface Unsubscribed {
  readonly what: 'unsubscribed';
  readonly connection: string;
  readonly channel: string;
}

/** The server pushed an event. */
export interface Delivered extends Entry {
  readonly what: 'delivered';
  readonly connection: string;
  readonly channel: string;
}

/** One entry of a channel's log. */
export interface Entry {
  readonly seq: number;
  readonly kind: EntryKind;
  /** The message that it creates or changes; empty for other events. */
  readonly id: string;
  /** Null if the message was deleted later. */
  readonly text: string | null;
}

/** `other`: events such as joined and renamed, of which the history records no attempts. */
export type EntryKind = 'message' | 'edited' | 'deleted' | 'other';

/** The whole log of a channel after `after`, read while no client wrote. */
export interface Log {
  readonly what: 'log';
  readonly node: string;
  readonly channel: string;
  readonly after: number;
  readonly lastSeq: number;
  readonly entries: readonly Entry[];
}

/** All current messages of a channel, oldest first, read by other means than its log. */
export interface MessageList {
  readonly what: 'message-list';
  readonly how: string;
  readonly channel: string;
  readonly messages: readonly MessageState[];
}

export interface MessageState {
  readonly id: string;
  readonly seq: number;
  /** Null once deleted. */
  readonly text: string | null;
}

/** A user submitted a message to an SDK client, which is responsible for sending it. */
export interface Submitted {
  readonly what: 'submitted';
  readonly client: string;
  readonly id: string;
}

/** The client showed that the message failed, and the user dismissed it. */
export interface Dismissed {
  readonly what: 'dismissed';
  readonly client: string;
  readonly id: string;
}

/** The messages of a channel that an SDK client shows: a contiguous part up to its end. */
export interface ClientView {
  readonly what: 'client-view';
  readonly client: string;
  readonly channel: string;
  readonly messages: readonly MessageState[];
  /** Messages shown as pending. */
  readonly pending: readonly string[];
  /** Messages shown as failed. */
  readonly failed: readonly string[];
  /** The view includes the channel's first message. */
  readonly fromStart: boolean;
}

/** Times of an SDK client after the last fault. Null: not before the recorder's timeout. */
export interface Converged {
  readonly what: 'converged';
  readonly client: string;
  /** Until it was connected. */
  readonly onlineMs: number | null;
  /** Until no SDK client had anything left to send. */
  readonly drainedMs: number | null;
  /** Until it showed everything. */
  readonly convergedMs: number | null;
}

export interface Fault {
  readonly what: 'fault';
  readonly kind: string;
  readonly phase: 'begins' | 'ends';
  readonly detail: string;
  readonly atMs: number;
}

/** A value with bounds. A value outside of them is a violation. */
export interface Measured {
  readonly what: 'measured';
  readonly name: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}
