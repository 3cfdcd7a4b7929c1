import type { UserId } from '@parley/protocol';
import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import { MAX_LISTED_SESSIONS } from '#limits.ts';
import { toUserRecord, type AccountsTables, type StoredDate, type UserRow } from '#ports/accounts-tables.ts';
import type { Bus, SessionId } from '#ports/bus.ts';
import type { UserRecord } from '#ports/users.ts';

/** A stored session and its user. The caller must check whether it has expired and whether the user is suspended. */
export interface FoundSession {
  readonly id: SessionId;
  readonly expiresAt: number;
  readonly user: UserRecord;
}

export interface ListedSession {
  readonly id: SessionId;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly userAgent: string | null;
  readonly address: string | null;
}

/** Sessions of signed-in users. Every end of a session is published, so that its sockets close. */
export interface Sessions {
  /** One indexed query. */
  findByToken(token: string): Promise<FoundSession | null>;
  /** One indexed query. */
  find(id: SessionId): Promise<FoundSession | null>;
  /** One query for all of them. Unknown ids are left out. */
  findMany(ids: readonly SessionId[]): Promise<FoundSession[]>;
  /** Sessions that have not expired, newest first, at most `MAX_LISTED_SESSIONS`. */
  list(user: UserId, nowMs: number): Promise<ListedSession[]>;
  /** False when the user has no such session. */
  end(user: UserId, id: SessionId): Promise<boolean>;
  endAll(user: UserId): Promise<void>;
  /** Deletes the expired sessions of a user. */
  dropExpired(user: UserId, nowMs: number): Promise<void>;
  /** Publishes the end of a session that the accounts library deleted. */
  publishEnded(user: UserId, id: SessionId): void;
}

export function createSessions(db: Kysely<AccountsTables>, bus: Bus): Sessions {
  const publishEnded = (user: UserId, session: SessionId): void =>
    bus.publish(`user.${user}`, { kind: 'session-ended', user, session });

  return {
    findByToken: (token) => find(db, 'sessions.token', token),
    find: (id) => find(db, 'sessions.id', id),
    async findMany(ids) {
      return (await sessionRows(db).where('sessions.id', 'in', ids).execute()).map(toFoundSession);
    },
    list: (user, nowMs) => list(db, user, nowMs),
    async end(user, id) {
      const deletion = db.deleteFrom('sessions').where('id', '=', id).where('user_id', '=', user);
      const { numDeletedRows } = await deletion.executeTakeFirst();
      if (numDeletedRows > 0n) publishEnded(user, id);
      return numDeletedRows > 0n;
    },
    async endAll(user) {
      const rows = await db.deleteFrom('sessions').where('user_id', '=', user).returning('id').execute();
      for (const { id } of rows) publishEnded(user, id);
    },
    async dropExpired(user, nowMs) {
      const isOver = (where: SessionWhere) => where.not(isAfter(nowMs)(where));
      await db.deleteFrom('sessions').where('user_id', '=', user).where(isOver).execute();
    },
    publishEnded,
  };
}

async function find(
  db: Kysely<AccountsTables>,
  by: 'sessions.id' | 'sessions.token',
  value: string,
): Promise<FoundSession | null> {
  const row = await sessionRows(db).where(by, '=', value).executeTakeFirst();
  return row === undefined ? null : toFoundSession(row);
}

function sessionRows(db: Kysely<AccountsTables>) {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.id as session', 'sessions.expires_at'])
    .select(['users.id', 'users.name', 'users.handle', 'users.role', 'users.suspended']);
}

function toFoundSession(row: UserRow & { readonly session: string; readonly expires_at: StoredDate }): FoundSession {
  return { id: row.session, expiresAt: toMs(row.expires_at), user: toUserRecord(row) };
}

async function list(db: Kysely<AccountsTables>, user: UserId, nowMs: number): Promise<ListedSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'created_at', 'expires_at', 'user_agent', 'ip_address'])
    .where('user_id', '=', user)
    .where(isAfter(nowMs))
    .orderBy('created_at', 'desc')
    .limit(MAX_LISTED_SESSIONS)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: toMs(row.created_at),
    expiresAt: toMs(row.expires_at),
    userAgent: row.user_agent || null,
    address: row.ip_address || null,
  }));
}

type SessionWhere = ExpressionBuilder<AccountsTables, 'sessions'>;

/** ISO text in UTC sorts by time in SQLite, and PostgreSQL parses it as a timestamp. */
function isAfter(nowMs: number) {
  return (where: SessionWhere) => where('expires_at', '>', sql<StoredDate>`${new Date(nowMs).toISOString()}`);
}

function toMs(date: StoredDate): number {
  return new Date(date).getTime();
}
