import { MAX_COUNTED_UNREAD, type MessageEvent } from '@parley/protocol';
import type { ExpressionBuilder } from 'kysely';
import { prepareInsert } from './insert.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { SqlValue } from './statement.ts';
import type { Tables } from './tables.ts';

/** Mentions: which messages mention a user, for counting the unread ones. */

/** Without the mentions of the message's own author. */
export interface MentionsTable {
  user: string;
  channel: string;
  seq: number;
}

declare module './tables.ts' {
  interface Tables {
    mentions: MentionsTable;
  }
}

export function prepareMentions(db: SqlDatabase) {
  return { insert: prepareInsert(db, 'mentions', { user: 'text', channel: 'text', seq: 'int' }) };
}

/** The author's mention of themselves does not count. */
export function mentionRows({ channel, seq, by, message }: MessageEvent): SqlValue[][] {
  const mentions = 'deleted' in message ? [] : (message.mentions ?? []);
  return [...new Set(mentions)].filter((user) => user !== by).map((user) => [user, channel, seq]);
}

/** Counts the mentions of a member behind their cursor, up to the limit. */
export function unreadMentions(column: ExpressionBuilder<Tables, 'members'>) {
  const counted = column
    .selectFrom('mentions')
    .select('mentions.seq')
    .whereRef('mentions.user', '=', 'members.user')
    .whereRef('mentions.channel', '=', 'members.channel')
    .whereRef('mentions.seq', '>', 'members.read_seq')
    .limit(MAX_COUNTED_UNREAD);
  return column.selectFrom(counted.as('mentioned')).select((count) => count.fn.countAll<number>().as('count'));
}
