import type { LogEvent } from '@parley/protocol';
import type { Snapshot } from '../snapshot.ts';
import { prepare, rowsFrom } from '../statement.ts';
import type { VerifyContext } from './context.ts';
import { parseObject } from './parse.ts';

const PAGE_ROWS = 2_000;

type MentionQueries = ReturnType<typeof prepareMentionQueries>;

export function prepareMentionQueries({ kysely, dialect }: Snapshot) {
  return {
    byKey: prepare({ keys: 'rows' }, ({ keys }) =>
      kysely
        .selectFrom(rowsFrom(dialect, keys, { user: 'text', channel: 'text', seq: 'int' }))
        .innerJoin('mentions', (join) =>
          join
            .onRef('mentions.user', '=', 'r.user')
            .onRef('mentions.channel', '=', 'r.channel')
            .onRef('mentions.seq', '=', 'r.seq'),
        )
        .select(['mentions.user', 'mentions.seq']),
    ),
    /** Rows with their message, in the order of their key. */
    page: prepare({ user: 'text', channel: 'text', seq: 'int', limit: 'int' }, ({ user, channel, seq, limit }) =>
      kysely
        .selectFrom('mentions')
        .leftJoin('messages', (join) =>
          join.onRef('messages.channel', '=', 'mentions.channel').onRef('messages.seq', '=', 'mentions.seq'),
        )
        .select(['mentions.user', 'mentions.channel', 'mentions.seq', 'messages.id', 'messages.by'])
        .select((column) => column('messages.body', 'is', null).as('isDeleted'))
        .select('messages.mentions as ofMessage')
        .where((where) =>
          where(
            where.refTuple('mentions.user', 'mentions.channel', 'mentions.seq'),
            '>',
            where.tuple(user, channel, seq),
          ),
        )
        .orderBy('mentions.user')
        .orderBy('mentions.channel')
        .orderBy('mentions.seq')
        .limit(limit),
    ),
  };
}

/** The users that a message mentions by the log. The author's mention of themselves does not count. */
export function mentionsOf(event: LogEvent): string[] {
  if (event.type !== 'message' || 'deleted' in event.message) return [];
  return [...new Set(event.message.mentions)].filter((user) => user !== event.by);
}

export function mentionKey(user: string, seq: number): string {
  return `${user} ${seq}`;
}

/**
 * Reports the rows that belong to no message. The rows of a deleted message stay, because it still counts as unread; which
 * users it mentioned is no longer known. Resolves with the number of rows.
 */
export async function verifyMentions({ db, findings }: VerifyContext, queries: MentionQueries): Promise<number> {
  let count = 0;
  for (let last = { user: '', channel: '', seq: 0 }; ;) {
    const page = await db.rows(queries.page({ ...last, limit: PAGE_ROWS }));
    for (const { user, channel, seq, id, by, isDeleted, ofMessage } of page) {
      const users = ofMessage === null ? [] : parseObject(ofMessage);
      const isMentioned = id !== null && (isDeleted || (Array.isArray(users) && users.includes(user)));
      if (isMentioned && by !== user) continue;
      findings.add({ kind: 'extra-mention', channel, seq, detail: `${user} is not mentioned at ${seq}` });
    }
    count += page.length;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE_ROWS) return count;
    last = end;
  }
}
