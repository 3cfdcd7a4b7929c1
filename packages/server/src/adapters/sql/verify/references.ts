import { sql } from 'kysely';
import type { Snapshot } from '../snapshot.ts';
import { prepare } from '../statement.ts';
import type { VerifyContext } from './context.ts';
import { MAX_DETAILED_FINDINGS } from './findings.ts';

/** Tables whose rows belong to a channel, and columns that name a user. */
const CHANNEL_TABLES = ['events', 'messages', 'members', 'mentions'] as const;
const USER_COLUMNS = [
  'events.by',
  'messages.by',
  'mentions.user',
  'members.user',
  'reactions.user',
  'channels.created_by',
] as const;

/** Reports rows of channels and users that do not exist, and messages with the same seq. */
export async function verifyReferences({ db, findings }: VerifyContext): Promise<void> {
  const limit = MAX_DETAILED_FINDINGS;
  for (const table of CHANNEL_TABLES) {
    const strays = prepareStrays(db, `${table}.channel`, 'channels');
    for (const { id, count } of await db.rows(strays({ limit }))) {
      findings.add({ kind: 'unknown-channel', channel: id, detail: `${count} rows of ${table}` });
    }
  }
  for (const column of USER_COLUMNS) {
    const strays = prepareStrays(db, column, 'users');
    for (const { id, count } of await db.rows(strays({ limit }))) {
      findings.add({ kind: 'unknown-user', detail: `${id} is in ${count} rows of ${column}, and does not exist` });
    }
  }
  for (const { channel, seq, count } of await db.rows(prepareSharedSeqs(db)({ limit }))) {
    findings.add({ kind: 'extra-message', channel, seq, detail: `${count} messages are at ${seq}` });
  }
}

interface Stray {
  /** Of the channel or user that does not exist. */
  readonly id: string;
  readonly count: number;
}

function prepareStrays({ kysely }: Snapshot, column: string, known: 'channels' | 'users') {
  return prepare({ limit: 'int' }, ({ limit }) => ({
    compile() {
      const [table = ''] = column.split('.');
      const query = sql<Stray>`
        select ${sql.ref(column)} as id, count(*) as count
        from ${sql.table(table)} left join ${sql.table(known)} as known on known.id = ${sql.ref(column)}
        where known.id is null and ${sql.ref(column)} is not null
        group by ${sql.ref(column)} limit ${limit}`;
      return query.compile(kysely);
    },
  }));
}

function prepareSharedSeqs({ kysely }: Snapshot) {
  return prepare({ limit: 'int' }, ({ limit }) =>
    kysely
      .selectFrom('messages')
      .select(['channel', 'seq', (column) => column.fn.countAll<number>().as('count')])
      .groupBy(['channel', 'seq'])
      .having((column) => column.fn.countAll(), '>', 1)
      .limit(limit),
  );
}
