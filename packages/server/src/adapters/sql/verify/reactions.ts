import type { Snapshot } from '../snapshot.ts';
import { prepare, rowsFrom } from '../statement.ts';
import type { VerifyContext } from './context.ts';
import { parseObject } from './parse.ts';

const PAGE_ROWS = 2_000;

type ReactionQueries = ReturnType<typeof prepareReactionQueries>;

export function prepareReactionQueries({ kysely, dialect }: Snapshot) {
  return {
    byKey: prepare({ keys: 'rows' }, ({ keys }) =>
      kysely
        .selectFrom(rowsFrom(dialect, keys, { message: 'text', emoji: 'text', user: 'text' }))
        .innerJoin('reactions', (join) =>
          join
            .onRef('reactions.message', '=', 'r.message')
            .onRef('reactions.emoji', '=', 'r.emoji')
            .onRef('reactions.user', '=', 'r.user'),
        )
        .select(['reactions.message', 'reactions.emoji', 'reactions.user', 'reactions.seq']),
    ),
    /** Rows with their message and their event, in the order of their key. */
    page: prepare({ message: 'text', emoji: 'text', user: 'text', limit: 'int' }, ({ message, emoji, user, limit }) =>
      kysely
        .selectFrom('reactions')
        .leftJoin('messages', 'messages.id', 'reactions.message')
        .leftJoin('events', (join) =>
          join.onRef('events.channel', '=', 'messages.channel').onRef('events.seq', '=', 'reactions.seq'),
        )
        .select(['reactions.message', 'reactions.emoji', 'reactions.user', 'reactions.seq', 'messages.channel'])
        .select((column) => column('messages.body', 'is', null).as('isDeleted'))
        .select(['events.type', 'events.by', 'events.data'])
        .where((where) =>
          where(
            where.refTuple('reactions.message', 'reactions.emoji', 'reactions.user'),
            '>',
            where.tuple(message, emoji, user),
          ),
        )
        .orderBy('reactions.message')
        .orderBy('reactions.emoji')
        .orderBy('reactions.user')
        .limit(limit),
    ),
  };
}

export function reactionKey(message: string, emoji: string, user: string): string {
  return `${message} ${user} ${emoji}`;
}

/** Reports the rows that belong to no event or no message. Resolves with the number of rows. */
export async function verifyReactions({ db, findings }: VerifyContext, queries: ReactionQueries): Promise<number> {
  let count = 0;
  for (let last = { message: '', emoji: '', user: '' }; ;) {
    const page = await db.rows(queries.page({ ...last, limit: PAGE_ROWS }));
    for (const { message, emoji, user, seq, channel, isDeleted, type, by, data } of page) {
      const event = data === null ? null : parseObject(data);
      const isInLog =
        type === 'reacted' &&
        by === user &&
        event !== null &&
        'id' in event &&
        event.id === message &&
        'emoji' in event &&
        event.emoji === emoji;
      const where = channel === null ? {} : { channel };
      const reaction = `the reaction of ${user} to ${message}`;
      if (channel === null) {
        findings.add({ kind: 'extra-reaction', seq, detail: `${reaction}: there is no such message` });
      } else if (!isInLog) {
        findings.add({ kind: 'extra-reaction', ...where, seq, detail: `${reaction} is not in the log at ${seq}` });
      } else if (isDeleted) {
        findings.add({ kind: 'extra-reaction', ...where, seq, detail: `${reaction}: the message is deleted` });
      }
    }
    count += page.length;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE_ROWS) return count;
    last = end;
  }
}
