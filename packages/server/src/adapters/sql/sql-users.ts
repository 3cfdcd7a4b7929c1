import { err, ok } from '@parley/protocol';
import type { Clock } from '#ports/clock.ts';
import { firstFreeHandle, handlePrefix } from '#ports/handle.ts';
import type { Random } from '#ports/random.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import { newUserId } from '../new-user-id.ts';
import { toUser } from './rows.ts';
import type { SqlDatabase, Writing } from './sql-database.ts';
import { mustChange } from './statement.ts';
import { prepareUserStatements } from './user-statements.ts';

export interface SqlUsersParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
}

/** The users over SQL, in the table that the accounts library writes as well. */
export function createSqlUsers(db: SqlDatabase, { clock, random }: SqlUsersParts): Users {
  const statements = prepareUserStatements(db);
  const now = () => new Date(clock.now()).toISOString();

  return {
    async find(id) {
      const [[row]] = await db.read([statements.find({ id })]);
      return row === undefined ? null : toUser(row);
    },
    async findMany(ids) {
      const [rows] = await db.read([statements.findMany({ ids: [...new Set(ids)].map((id) => [id]) })]);
      return rows.map(toUser);
    },
    async search(query, limit) {
      const start = query.toLowerCase().replaceAll(/[\\%_]/g, '\\$&');
      const [rows] = await db.read([statements.search({ anywhere: `%${start}%`, start: `${start}%`, limit })]);
      return rows.map(toUser);
    },
    async findBySubject(subject) {
      const [[row]] = await db.read([statements.findBySubject({ subject })]);
      return row === undefined ? null : toUser(row);
    },
    createForSubject: (subject, name) => {
      const load = [statements.findBySubject({ subject }), statements.handlesLike(like(name))] as const;
      return db.write(load, ([[known], handles]) => {
        if (known !== undefined) return { result: toUser(known), steps: [] };
        const handle = firstFreeHandle(name, new Set(handles.map(({ handle }) => handle)));
        const user: UserRecord = { id: newUserId(random), name, handle, role: 'member', suspended: false };
        const no = db.flavor.storedBoolean(false);
        return { result: user, steps: [statements.insert({ id: user.id, name, handle, subject, now: now(), no })] };
      });
    },
    async freeHandle(name) {
      const [handles] = await db.read([statements.handlesLike(like(name))]);
      return firstFreeHandle(name, new Set(handles.map(({ handle }) => handle)));
    },
    update: (id, change) => {
      const load = [statements.find({ id }), statements.findByHandle({ handle: change.handle ?? '' })] as const;
      return db.write(load, ([[row], [holder]]): Writing<Awaited<ReturnType<Users['update']>>> => {
        if (row === undefined) return { result: err('not_found'), steps: [] };
        if (holder !== undefined && holder.id !== id) return { result: err('handle_taken'), steps: [] };
        const user = { ...toUser(row), ...change };
        const suspended = db.flavor.storedBoolean(user.suspended);
        const { name, handle, role } = user;
        const update = statements.update({ id, name, handle, role, suspended, now: now() });
        return { result: ok(user), steps: [mustChange(1, update)] };
      });
    },
    async isEmpty() {
      const [rows] = await db.read([statements.any({})]);
      return rows.length === 0;
    },
  };
}

/** The handles made from names have neither `%` nor `_`. */
function like(name: string) {
  return { pattern: `${handlePrefix(name)}%` };
}
