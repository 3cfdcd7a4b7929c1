/**
 * What a history file holds: one JSON object a line, in the order in which the recording program saw it happen. All of
 * it was seen from outside, on the wire or on a screen; nothing is taken from a server's word about itself.
 */
export type HistoryRecord =
  | About
  | Opened
  | Closed
  | AttemptRecord
  | Acked
  | Refused
  | Told
  | Untold
  | Delivered
  | Log
  | Page
  | Wrote
  | GivenUp
  | Shown
  | Calm
  | Fault
  | Measured;

/** The first line: how to do it again. */
export interface About {
  readonly what: 'about';
  readonly kind: string;
  readonly seed: string;
  readonly nodes: number;
  readonly commit: string;
  /** How long a client program may take to show everything, once it is connected and nobody has anything left to send. */
  readonly maxConvergedMs: number;
}

/** A connection begins. `connection` is unique in the file. */
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

/** A request to change a log is about to be written to a socket. Without an answer its outcome is unknown. */
export interface AttemptRecord {
  readonly what: 'attempt';
  readonly connection: string;
  readonly ref: number;
  readonly kind: EntryKind;
  /** The channel's id, or `to:` and a user's id. */
  readonly channel: string;
  readonly id: string;
  /** What the message shall say; empty for a deletion. Unique, so that it tells one edit from another. */
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

/** From here on the connection is told of the channel's events; the next is `seq + 1`. */
export interface Told {
  readonly what: 'told';
  readonly connection: string;
  readonly channel: string;
  readonly seq: number;
}

export interface Untold {
  readonly what: 'untold';
  readonly connection: string;
  readonly channel: string;
}

/** An event came without having been asked for. */
export interface Delivered extends Entry {
  readonly what: 'delivered';
  readonly connection: string;
  readonly channel: string;
}

/** One place of a channel's log. */
export interface Entry {
  readonly seq: number;
  readonly kind: EntryKind;
  /** The message that it makes or changes; empty for other events. */
  readonly id: string;
  /** Null where the message was deleted since. */
  readonly text: string | null;
}

/** `other`: joined, renamed and so on, of which the history records no attempts. */
export type EntryKind = 'message' | 'edited' | 'deleted' | 'other';

/** The whole log of a channel after `after`, read while nobody wrote. */
export interface Log {
  readonly what: 'log';
  readonly node: string;
  readonly channel: string;
  readonly after: number;
  readonly lastSeq: number;
  readonly entries: readonly Entry[];
}

/** All messages of a channel as they are now, oldest first, read another way than its log. */
export interface Page {
  readonly what: 'page';
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

/** A user sent a message in a client program, which from now on has to do the rest. */
export interface Wrote {
  readonly what: 'wrote';
  readonly client: string;
  readonly id: string;
}

/** The client told its user that the message could not be sent, and the user let it be. */
export interface GivenUp {
  readonly what: 'given-up';
  readonly client: string;
  readonly id: string;
}

/** What a client program shows of a channel: a part without gaps that ends at its end. */
export interface Shown {
  readonly what: 'shown';
  readonly client: string;
  readonly channel: string;
  readonly messages: readonly MessageState[];
  /** Messages it says are still on their way. */
  readonly pending: readonly string[];
  /** Messages it says could not be sent. */
  readonly failed: readonly string[];
  /** It shows the channel's first message too. */
  readonly fromStart: boolean;
}

/** How long a client program took after the last fault. Null: it had not by the end of the recorder's patience. */
export interface Calm {
  readonly what: 'calm';
  readonly client: string;
  /** Until it was connected. */
  readonly onlineMs: number | null;
  /** Until no client program had anything left to send. */
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

/** Something that has a bound. A value outside of it is a violation. */
export interface Measured {
  readonly what: 'measured';
  readonly name: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}
