import type { ChannelId, LogEvent } from '@parley/protocol';
import type { Selectable } from 'kysely';
import type { EventsTable } from '../events.ts';
import type { MessagesTable } from '../messages.ts';

export type EventRow = Selectable<EventsTable>;
export type MessageRow = Selectable<MessagesTable>;

/** The message that an event is about, as its row is at the end of the log. */
export interface Target {
  readonly channel: ChannelId;
  readonly seq: number;
  readonly isDeleted: boolean;
}

/** A segment of one channel's log, with all rows that its events refer to. */
export interface LogSegment {
  readonly events: readonly EventRow[];
  /** By seq; null where an event is not one of the protocol's. */
  readonly parsed: ReadonlyMap<number, LogEvent | null>;
  /** The messages whose seq is in the segment, whatever event the log has there. */
  readonly messages: readonly MessageRow[];
  /** By message. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly lastEdits: ReadonlyMap<string, EventRow>;
  /** The seq of the current reaction, by `reactionKey`. */
  readonly reactions: ReadonlyMap<string, number>;
  /** By `mentionKey`. */
  readonly mentions: ReadonlySet<string>;
  /** The seq at which the current member joined, by user. */
  readonly members: ReadonlyMap<string, number>;
  /** Of the users who joined or left, those who exist. */
  readonly users: ReadonlySet<string>;
}
