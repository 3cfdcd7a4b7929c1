import { err, ok } from '@parley/protocol';
import { sql } from 'kysely';
import { toUserRecord, type UserRow } from '#ports/accounts-tables.ts';
import type { Clock } from '#ports/clock.ts';
import { firstFreeHandle, handlePrefix } from '#ports/handle.ts';
import type { Random } from '#ports/random.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import { newUserId } from '../new-user-id.ts';
import type { SqlDatabase, WriteBatch } from './sql-database.ts';
import { expectRowsAffected, prepare, rowsFrom, type SqlStatement } from './statement.ts';

/** Users: the table that the accounts library also writes, described in `ports/accounts-tables.ts`. */

const USER_COLUMNS = ['users.id', 'users.name', 'users.handle', 'users.role', 'users.suspended'] as const;

/** For a commit: finds which of the named users exist. */
export function prepareUserLookup({ kysely, dialect }: SqlDatabase) {
  return {
    load: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('users', 'users.id', 'r.id')
        .select('users.id'),
    ),
  };
}

export interface SqlUsersDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}

export function createSqlUsers(db: SqlDatabase, deps: SqlUsersDeps): Users {
  const statements: Statements = { ...prepareReads(db), ...prepareChanges(db) };
  return { ...reading(db, statements), ...changing({ db, statements, ...deps }) };
}

type Statements = ReturnType<typeof prepareReads> & ReturnType<typeof prepareChanges>;

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
    /** `anywhere` and `start` are case-folded patterns, with `\` before each character that would be a wildcard. */
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
    /** A user without an account: a member whom a JWT identifies. */
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
          // By the database's clock: another node, whose clock differs, may ask what changed since then.
          .set({ name, handle, role, suspended, updated_at: sql<string>`${sql.raw(dialect.nowDate)}` })
          .where('id', '=', id),
    ),
  };
}

function reading(db: SqlDatabase, statements: Statements) {
  const one = async (step: SqlStatement<UserRow>): Promise<UserRecord | null> => {
    const [[row]] = await db.read([step]);
    return row === undefined ? null : toUserRecord(row);
  };
  return {
    find: (id) => one(statements.find({ id })),
    findBySubject: (subject) => one(statements.findBySubject({ subject })),
    async findMany(ids) {
      const [rows] = await db.read([statements.findMany({ ids: [...new Set(ids)].map((id) => [id]) })]);
      return rows.map(toUserRecord);
    },
    async search(query, limit) {
      const start = query.toLowerCase().replaceAll(/[\\%_]/g, '\\$&');
      const [rows] = await db.read([statements.search({ anywhere: `%${start}%`, start: `${start}%`, limit })]);
      return rows.map(toUserRecord);
    },
    async changedSince(sinceMs) {
      const [rows] = await db.read([statements.changedSince({ since: new Date(sinceMs).toISOString() })]);
      return rows.map(toUserRecord);
    },
    async isEmpty() {
      const [rows] = await db.read([statements.any({})]);
      return rows.length === 0;
    },
  } satisfies Partial<Users>;
}

function changing({ db, statements, clock, random }: SqlUsersDeps & { db: SqlDatabase; statements: Statements }) {
  const now = () => new Date(clock.now()).toISOString();
  return {
    createForSubject(subject, name) {
      const load = [statements.findBySubject({ subject }), statements.handlesLike(like(name))] as const;
      return db.write(
        load,
        ([[known], handles]) => {
          if (known !== undefined) return { result: toUserRecord(known), steps: [] };
          const handle = firstFreeHandle(name, handlesOf(handles));
          const user: UserRecord = { id: newUserId(random), name, handle, role: 'member', suspended: false };
          const no = db.dialect.storedBoolean(false);
          return { result: user, steps: [statements.insert({ id: user.id, name, handle, subject, now: now(), no })] };
        },
        'users',
      );
    },
    update(id, change) {
      const load = [statements.find({ id }), statements.findByHandle({ handle: change.handle ?? '' })] as const;
      return db.write(
        load,
        ([[row], [holder]]): WriteBatch<Awaited<ReturnType<Users['update']>>> => {
          if (row === undefined) return { result: err('not_found'), steps: [] };
          if (holder !== undefined && holder.id !== id) return { result: err('handle_taken'), steps: [] };
          const user = { ...toUserRecord(row), ...change };
          const suspended = db.dialect.storedBoolean(user.suspended);
          const { name, handle, role } = user;
          const update = statements.update({ id, name, handle, role, suspended });
          return { result: ok(user), steps: [expectRowsAffected(1, update)] };
        },
        'users',
      );
    },
  } satisfies Partial<Users>;
}

function handlesOf(rows: readonly { readonly handle: string }[]): ReadonlySet<string> {
  return new Set(rows.map(({ handle }) => handle));
}

/** Handles made from names contain neither `%` nor `_`. */
function like(name: string) {
  return { pattern: `${handlePrefix(name)}%` };
}
