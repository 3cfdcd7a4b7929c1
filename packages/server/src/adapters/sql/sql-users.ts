import { err, ok } from '@parley/protocol';
import type { Clock } from '#ports/clock.ts';
import { firstFreeHandle, handlePrefix } from '#ports/handle.ts';
import type { Random } from '#ports/random.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import { newUserId } from '../new-user-id.ts';
import { toUser, type UserRow } from './rows.ts';
import type { SqlDatabase, WriteBatch } from './sql-database.ts';
import { expectRowsAffected, type SqlStatement } from './statement.ts';
import { prepareUserStatements } from './user-statements.ts';

export interface SqlUsersDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}

/** The users over SQL, in the table that the accounts library writes as well. */
export function createSqlUsers(db: SqlDatabase, deps: SqlUsersDeps): Users {
  const statements = prepareUserStatements(db);
  return { ...reading(db, statements), ...changing({ db, statements, ...deps }) };
}

type Statements = ReturnType<typeof prepareUserStatements>;

function reading(db: SqlDatabase, statements: Statements) {
  const one = async (step: SqlStatement<UserRow>): Promise<UserRecord | null> => {
    const [[row]] = await db.read([step]);
    return row === undefined ? null : toUser(row);
  };
  return {
    find: (id) => one(statements.find({ id })),
    findBySubject: (subject) => one(statements.findBySubject({ subject })),
    async findMany(ids) {
      const [rows] = await db.read([statements.findMany({ ids: [...new Set(ids)].map((id) => [id]) })]);
      return rows.map(toUser);
    },
    async search(query, limit) {
      const start = query.toLowerCase().replaceAll(/[\\%_]/g, '\\$&');
      const [rows] = await db.read([statements.search({ anywhere: `%${start}%`, start: `${start}%`, limit })]);
      return rows.map(toUser);
    },
    async changedSince(sinceMs) {
      const [rows] = await db.read([statements.changedSince({ since: new Date(sinceMs).toISOString() })]);
      return rows.map(toUser);
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
          if (known !== undefined) return { result: toUser(known), steps: [] };
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
          const user = { ...toUser(row), ...change };
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

/** The handles made from names have neither `%` nor `_`. */
function like(name: string) {
  return { pattern: `${handlePrefix(name)}%` };
}
