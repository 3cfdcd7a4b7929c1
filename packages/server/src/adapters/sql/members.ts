import type { JoinedEvent, LeftEvent } from '@parley/protocol';
import type { Store } from '#ports/store.ts';
import type { SqlDatabase } from './sql-database.ts';
import { expectRowsAffected, prepare, rowsFrom, type SqlStatement } from './statement.ts';

/** Memberships: which user is in which channel. */

export interface MembersTable {
  channel: string;
  user: string;
  /** The read cursor: see `reading.ts`. */
  read_seq: number;
  /** The seq of the `joined` event. */
  joined_seq: number;
}

declare module './tables.ts' {
  interface Tables {
    members: MembersTable;
  }
}

export type MemberStatements = ReturnType<typeof prepareMembers>;

export function prepareMembers(db: SqlDatabase) {
  return { ...prepareLoads(db), ...prepareChanges(db), ...prepareReads(db) };
}

function prepareLoads({ kysely, dialect }: SqlDatabase) {
  return {
    load: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { channel: 'text', user: 'text' }))
        .innerJoin('members', (join) =>
          join.onRef('members.channel', '=', 'r.channel').onRef('members.user', '=', 'r.user'),
        )
        .select(['members.channel', 'members.user', 'members.read_seq as readSeq']),
    ),
    loadHandles: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { channel: 'text', handle: 'text' }))
        .innerJoin('users', 'users.handle', 'r.handle')
        .innerJoin('members', (join) =>
          join.onRef('members.channel', '=', 'r.channel').onRef('members.user', '=', 'users.id'),
        )
        .select(['r.channel', 'r.handle', 'users.id as user']),
    ),
  };
}

function prepareChanges({ kysely }: SqlDatabase) {
  return {
    join: prepare({ channel: 'text', user: 'text', readSeq: 'int', seq: 'int' }, ({ channel, user, readSeq, seq }) =>
      kysely.insertInto('members').values({ channel, user, read_seq: readSeq, joined_seq: seq }),
    ),
    leave: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      kysely.deleteFrom('members').where('channel', '=', channel).where('user', '=', user),
    ),
  };
}

function prepareReads({ kysely, dialect }: SqlDatabase) {
  return {
    isMember: prepare({ channel: 'text', user: 'text' }, ({ channel, user }) =>
      kysely.selectFrom('members').select('user').where('channel', '=', channel).where('user', '=', user),
    ),
    channelIdsOf: prepare({ user: 'text' }, ({ user }) =>
      kysely.selectFrom('members').select('channel').where('user', '=', user).orderBy('channel'),
    ),
    digests: prepare({ users: 'rows' }, ({ users }) =>
      kysely
        .selectFrom(rowsFrom(dialect, users, { id: 'text' }))
        .innerJoin('members', 'members.user', 'r.id')
        .select('members.user')
        .select((column) => [
          column.fn.countAll<number | string>().as('channels'),
          column.fn.sum<number>('members.joined_seq').as('joined'),
          column.fn.sum<number>('members.read_seq').as('read'),
        ])
        .groupBy('members.user'),
    ),
    membershipsOf: prepare({ users: 'rows' }, ({ users }) =>
      kysely
        .selectFrom(rowsFrom(dialect, users, { id: 'text' }))
        .innerJoin('members', 'members.user', 'r.id')
        .select(['members.user', 'members.channel', 'members.read_seq as readSeq']),
    ),
    idsIn: prepare({ channel: 'text' }, ({ channel }) =>
      kysely.selectFrom('members').select('user').where('channel', '=', channel).orderBy('joined_seq'),
    ),
  };
}

interface Statements {
  readonly members: MemberStatements;
}

export function projectJoined({ members }: Statements, { channel, user, seq }: JoinedEvent): SqlStatement[] {
  return [members.join({ channel, user, readSeq: seq - 1, seq })];
}

export function projectLeft({ members }: Statements, { channel, user }: LeftEvent): SqlStatement[] {
  return [expectRowsAffected(1, members.leave({ channel, user }))];
}

export function memberReads(db: SqlDatabase, statements: MemberStatements) {
  return {
    async isMember(channel, user) {
      const [rows] = await db.read([statements.isMember({ channel, user })]);
      return rows.length > 0;
    },
    async channelIdsOf(user) {
      const [rows] = await db.read([statements.channelIdsOf({ user })]);
      return rows.map(({ channel }) => channel);
    },
    async memberIds(channel) {
      const [rows] = await db.read([statements.idsIn({ channel })]);
      return rows.map(({ user }) => user);
    },
    async membershipDigests(users) {
      const [rows] = await db.read([statements.digests({ users: users.map((id) => [id]) })]);
      return new Map(
        rows.map(({ user, channels, joined, read }) => [
          user,
          { channels: Number(channels), mark: `${joined} ${read}` },
        ]),
      );
    },
    async memberships(users) {
      const [rows] = await db.read([statements.membershipsOf({ users: users.map((id) => [id]) })]);
      return [...rows];
    },
  } satisfies Partial<Store>;
}
