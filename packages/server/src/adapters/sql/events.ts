import type { LogEvent } from '@parley/protocol';
import type { Store } from '#ports/store.ts';
import type { ChannelStatements } from './channels.ts';
import { prepareInsert } from './insert.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepare, type SqlValue } from './statement.ts';

/** The log of each channel: the source of truth, from which its other tables are derived. */

export interface EventsTable {
  channel: string;
  seq: number;
  at: number;
  by: string;
  type: string;
  /** JSON object: the fields of this type. */
  data: string;
  /** With `edited`: the id of the message, so that its deletion finds the text. */
  edit_of: string | null;
}

declare module './tables.ts' {
  interface Tables {
    events: EventsTable;
  }
}

interface EventRow {
  readonly channel: string;
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly type: string;
  readonly data: string;
}

function toEvent({ data, ...base }: EventRow): LogEvent {
  return { ...base, ...(JSON.parse(data) as object) } as LogEvent;
}

/** The fields of an event's type, without those that every event has. */
export function eventData({ type: _type, channel: _channel, seq: _seq, at: _at, by: _by, ...data }: LogEvent): string {
  return JSON.stringify(data);
}

export type EventStatements = ReturnType<typeof prepareEvents>;

export function prepareEvents(db: SqlDatabase) {
  return { ...prepareChanges(db), ...prepareReads(db) };
}

function prepareChanges(db: SqlDatabase) {
  const { kysely } = db;
  return {
    insert: prepareInsert(db, 'events', {
      channel: 'text',
      seq: 'int',
      at: 'int',
      by: 'text',
      type: 'text',
      data: 'text',
      edit_of: 'nullableText',
    }),
    /** Replaces the data of the event that created the message. */
    redactMessage: prepare({ channel: 'text', id: 'text', data: 'text' }, ({ channel, id, data }) =>
      kysely
        .updateTable('events')
        .set({ data })
        .where('channel', '=', channel)
        .where('seq', '=', (query) =>
          query.selectFrom('messages').select('messages.seq').where('messages.id', '=', id),
        ),
    ),
    /** Replaces the data of all events that edited the message. */
    redactEdits: prepare({ id: 'text', data: 'text' }, ({ id, data }) =>
      kysely.updateTable('events').set({ data }).where('edit_of', '=', id),
    ),
  };
}

function prepareReads({ kysely }: SqlDatabase) {
  return {
    headForMember: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      kysely
        .selectFrom('members')
        .innerJoin('channels', 'channels.id', 'members.channel')
        .select('channels.last_seq as lastSeq')
        .where('members.channel', '=', channel)
        .where('members.user', '=', user),
    ),
    after: prepare({ channel: 'text', after: 'int', limit: 'int' }, ({ channel, after, limit }) =>
      kysely
        .selectFrom('events')
        .select(['channel', 'seq', 'at', 'by', 'type', 'data'])
        .where('channel', '=', channel)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit),
    ),
  };
}

export function eventRow(event: LogEvent): SqlValue[] {
  const { channel, seq, at, by, type } = event;
  return [channel, seq, at, by, type, eventData(event), type === 'edited' ? event.id : null];
}

interface Statements {
  readonly channels: ChannelStatements;
  readonly events: EventStatements;
}

export function eventReads(db: SqlDatabase, { channels, events }: Statements) {
  return {
    async eventsAfter(channel, after, limit) {
      const [[head], rows] = await db.read([channels.head({ channel }), events.after({ channel, after, limit })]);
      return { events: rows.map(toEvent), lastSeq: head?.lastSeq ?? 0 };
    },
    async eventsForMember({ channel, user }, after, limit) {
      const steps = [events.headForMember({ channel, user }), events.after({ channel, after, limit })] as const;
      const [[head], rows] = await db.read(steps);
      return head === undefined ? null : { events: rows.map(toEvent), lastSeq: head.lastSeq };
    },
  } satisfies Partial<Store>;
}
