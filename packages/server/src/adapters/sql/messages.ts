import type { DeletedEvent, EditedEvent, MessageEvent, UserId } from '@parley/protocol';
import type { Store } from '#ports/store.ts';
import { cutPage, pageView, planPage, type StoredMessage } from '../message-page.ts';
import { redactText } from '../redact-event.ts';
import type { ChannelStatements } from './channels.ts';
import { eventData, type EventStatements } from './events.ts';
import { prepareInsert } from './insert.ts';
import type { ReactionStatements } from './reactions.ts';
import type { SqlDatabase } from './sql-database.ts';
import { expectRowsAffected, prepare, rowsFrom, type SqlStatement, type SqlValue } from './statement.ts';

/** Messages in their current state, edits and deletions included. */

export interface MessagesTable {
  id: string;
  channel: string;
  seq: number;
  at: number;
  by: string;
  /** Null once deleted. */
  body: string | null;
  edited_at: number | null;
  thread: string | null;
  /** JSON array of user ids; null when the message mentions nobody. */
  mentions: string | null;
}

declare module './tables.ts' {
  interface Tables {
    messages: MessagesTable;
  }
}

const MESSAGE_COLUMNS = [
  'messages.id',
  'messages.channel',
  'messages.seq',
  'messages.at',
  'messages.by',
  'messages.body',
  'messages.edited_at as editedAt',
  'messages.thread',
  'messages.mentions',
] as const;

interface MessageRow {
  readonly id: string;
  readonly channel: string;
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly body: string | null;
  readonly editedAt: number | null;
  readonly thread: string | null;
  readonly mentions: string | null;
}

export function toMessage({ thread, mentions, ...row }: MessageRow): StoredMessage {
  const message = { ...row, mentions: mentions === null ? [] : (JSON.parse(mentions) as UserId[]) };
  return thread === null ? message : { ...message, thread };
}

export type MessageStatements = ReturnType<typeof prepareMessages>;

export function prepareMessages(db: SqlDatabase) {
  return { ...prepareChanges(db), ...prepareReads(db) };
}

/**
 * A commit inserts all of its messages before it applies its other events. The condition on `seq` makes a message that
 * comes later in the log invisible to the events before it.
 */
function prepareChanges(db: SqlDatabase) {
  const { kysely } = db;
  return {
    insert: prepareInsert(db, 'messages', {
      id: 'text',
      channel: 'text',
      seq: 'int',
      at: 'int',
      by: 'text',
      body: 'text',
      thread: 'nullableText',
      mentions: 'nullableText',
    }),
    edit: prepare(
      { channel: 'text', id: 'text', body: 'text', at: 'int', seq: 'int' },
      ({ channel, id, body, at, seq }) =>
        kysely
          .updateTable('messages')
          .set({ body, edited_at: at })
          .where('id', '=', id)
          .where('channel', '=', channel)
          .where('seq', '<', seq)
          .where('body', 'is not', null),
    ),
    /** The row stays, as a tombstone. */
    erase: prepare({ channel: 'text', id: 'text', seq: 'int' }, ({ channel, id, seq }) =>
      kysely
        .updateTable('messages')
        .set({ body: null, mentions: null })
        .where('id', '=', id)
        .where('channel', '=', channel)
        .where('seq', '<', seq)
        .where('body', 'is not', null),
    ),
  };
}

/** The messages around a pivot, as `planPage` plans them. */
const PAGE = { channel: 'text', pivot: 'int', older: 'int', newer: 'int' } as const;

function prepareReads({ kysely, dialect }: SqlDatabase) {
  return {
    load: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('messages', 'messages.id', 'r.id')
        .select(MESSAGE_COLUMNS),
    ),
    older: prepare(PAGE, ({ channel, pivot, older }) =>
      kysely
        .selectFrom('messages')
        .select(MESSAGE_COLUMNS)
        .where('channel', '=', channel)
        .where('seq', '<=', pivot)
        .orderBy('seq', 'desc')
        .limit(older),
    ),
    newer: prepare(PAGE, ({ channel, pivot, newer }) =>
      kysely
        .selectFrom('messages')
        .select(MESSAGE_COLUMNS)
        .where('channel', '=', channel)
        .where('seq', '>', pivot)
        .orderBy('seq')
        .limit(newer),
    ),
  };
}

export function messageRow({ channel, seq, at, by, message }: MessageEvent): SqlValue[] {
  if ('deleted' in message) throw new Error('a new message cannot be deleted');
  const { id, body, thread = null, mentions } = message;
  return [id, channel, seq, at, by, body, thread, mentions === undefined ? null : JSON.stringify(mentions)];
}

interface Statements {
  readonly channels: ChannelStatements;
  readonly events: EventStatements;
  readonly messages: MessageStatements;
  readonly reactions: ReactionStatements;
}

export function projectEdited(
  { messages }: Pick<Statements, 'messages'>,
  { channel, id, body, at, seq }: EditedEvent,
): SqlStatement[] {
  return [expectRowsAffected(1, messages.edit({ channel, id, body, at, seq }))];
}

/** Removes the text from the message and from all events that contain it. */
export function projectDeleted(
  { messages, events, reactions }: Pick<Statements, 'messages' | 'events' | 'reactions'>,
  { channel, id, ...base }: DeletedEvent,
): SqlStatement[] {
  const tombstone = redactText({ ...base, channel, type: 'message', message: { id, body: '' } }, id);
  const edit = redactText({ ...base, channel, type: 'edited', id, body: '' }, id);
  return [
    expectRowsAffected(1, messages.erase({ channel, id, seq: base.seq })),
    expectRowsAffected(1, events.redactMessage({ channel, id, data: eventData(tombstone) })),
    events.redactEdits({ id, data: eventData(edit) }),
    reactions.deleteAll({ id }),
  ];
}

export function messageReads(db: SqlDatabase, { channels, messages, reactions }: Omit<Statements, 'events'>) {
  return {
    async messages(channel, query) {
      const plan = { channel, ...planPage(query) };
      const [[head], older, newer, reacted] = await db.read([
        channels.head({ channel }),
        messages.older(plan),
        messages.newer(plan),
        reactions.page(plan),
      ]);
      const page = cutPage({ older: older.map(toMessage), newer: newer.map(toMessage) }, query);
      return pageView(page, { channel, asOf: head?.lastSeq ?? 0, reactions: reacted });
    },
  } satisfies Partial<Store>;
}
