import { sql } from 'kysely';
import { USER_COLUMNS } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepare, rowsFrom } from './statement.ts';

export function prepareUserStatements(db: SqlDatabase) {
  return { ...prepareReads(db), ...prepareChanges(db) };
}

function prepareReads({ kysely, dialect }: SqlDatabase) {
  const users = kysely.selectFrom('users').select(USER_COLUMNS);
  const name = dialect.fold(sql.ref<string>('users.name'));
  return {
    find: prepare({ id: 'text' }, ({ id }) => users.where('users.id', '=', id)),
    findMany: prepare({ ids: 'rows' }, ({ ids }) =>
      kysely
        .selectFrom(rowsFrom(dialect, ids, { id: 'text' }))
        .innerJoin('users', 'users.id', 'r.id')
        .select(USER_COLUMNS),
    ),
    findBySubject: prepare({ subject: 'text' }, ({ subject }) => users.where('users.subject', '=', subject)),
    findByHandle: prepare({ handle: 'text' }, ({ handle }) => users.where('users.handle', '=', handle)),
    handlesLike: prepare({ pattern: 'text' }, ({ pattern }) =>
      kysely.selectFrom('users').select('handle').where('handle', 'like', pattern),
    ),
    /** `anywhere` and `start` are patterns, folded, with `\` before what would be a wildcard. */
    search: prepare({ anywhere: 'text', start: 'text', limit: 'int' }, ({ anywhere, start, limit }) =>
      users
        .where(sql<boolean>`not users.suspended`)
        .where(sql<boolean>`(${name} like ${anywhere} escape '\\' or users.handle like ${anywhere} escape '\\')`)
        .orderBy(
          sql`case when ${name} like ${start} escape '\\' or users.handle like ${start} escape '\\' then 0 else 1 end`,
        )
        .orderBy(name)
        .orderBy('users.handle')
        .limit(limit),
    ),
    changedSince: prepare({ since: 'text' }, ({ since }) => users.where('users.updated_at', '>', since)),
    any: prepare({}, () => kysely.selectFrom('users').select('id').limit(1)),
  };
}

function prepareChanges({ kysely, dialect }: SqlDatabase) {
  return {
    /** A user without an account: a member that a JWT proves. */
    insert: prepare(
      { id: 'text', name: 'text', handle: 'text', subject: 'text', now: 'text', no: 'boolean' },
      ({ id, name, handle, subject, now, no }) =>
        kysely.insertInto('users').values({
          id,
          name,
          handle,
          role: 'member',
          suspended: no,
          subject,
          email_verified: no,
          created_at: now,
          updated_at: now,
        }),
    ),
    update: prepare(
      { id: 'text', name: 'text', handle: 'text', role: 'text', suspended: 'boolean' },
      ({ id, name, handle, role, suspended }) =>
        kysely
          .updateTable('users')
          // By the database's clock: who asks what changed since then may be another node, with another one.
          .set({ name, handle, role, suspended, updated_at: sql<string>`${sql.raw(dialect.nowDate)}` })
          .where('id', '=', id),
    ),
  };
}
