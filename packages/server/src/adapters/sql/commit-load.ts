import { sql } from 'kysely';
import type { CommitScope, CommitState } from '#ports/store.ts';
import { CHANNEL_COLUMNS, MESSAGE_COLUMNS, toChannel, toMessage } from './rows.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepare, rowsFrom, type SqlStatement } from './statement.ts';

export type CommitLoading = ReturnType<typeof prepareCommitLoading>;

/** Finds what a scope names: one query for each of its lists, however long they are. */
export function prepareCommitLoading(db: SqlDatabase) {
  return { ...prepareById(db), ...prepareByMember(db), ...prepareByName(db) };
}

function prepareById({ kysely, dialect }: SqlDatabase) {
  return {
    /**
     * Locked until the transaction ends, where others write at the same time: everybody who appends to a channel has
     * locked it first, so what is loaded after this stays as it is. In order, so that no two wait for each other.
     */
    channels: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('channels', 'channels.id', 'r.id')
        .select(CHANNEL_COLUMNS)
        .orderBy('channels.id')
        .$if(dialect.hasManyWriters, (query) => query.forNoKeyUpdate('channels')),
    ),
    messages: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('messages', 'messages.id', 'r.id')
        .select(MESSAGE_COLUMNS),
    ),
    reactions: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('reactions', 'reactions.message', 'r.id')
        .select(['reactions.message', 'reactions.emoji', 'reactions.user'])
        .orderBy('reactions.place')
        .orderBy('reactions.seq'),
    ),
    users: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { id: 'text' }))
        .innerJoin('users', 'users.id', 'r.id')
        .select('users.id'),
    ),
  };
}

function prepareByMember({ kysely, dialect }: SqlDatabase) {
  return {
    members: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { channel: 'text', user: 'text' }))
        .innerJoin('members', (join) =>
          join.onRef('members.channel', '=', 'r.channel').onRef('members.user', '=', 'r.user'),
        )
        .select(['members.channel', 'members.user', 'members.read_seq as readSeq']),
    ),
    handles: prepare({ named: 'rows' }, ({ named }) =>
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

function prepareByName({ kysely, dialect }: SqlDatabase) {
  return {
    publicNames: prepare({ named: 'rows' }, ({ named }) =>
      kysely
        .selectFrom(rowsFrom(dialect, named, { key: 'text' }))
        .innerJoin('channels', 'channels.name_key', 'r.key')
        // A literal, so that the partial index of public names can be used.
        .where('channels.kind', '=', sql.lit('public'))
        .select(['r.key as name', 'channels.id as channel']),
    ),
  };
}

/** The steps that load a scope, in the order in which `loadedState` takes their rows. */
export function loadSteps(loading: CommitLoading, scope: CommitScope) {
  return [
    loading.channels({ named: scope.channels.map((id) => [id]) }),
    loading.messages({ named: scope.messages.map((id) => [id]) }),
    loading.members({ named: scope.members.map(({ channel, user }) => [channel, user]) }),
    loading.handles({ named: scope.handles.map(({ channel, handle }) => [channel, handle]) }),
    loading.reactions({ named: scope.reactions.map((id) => [id]) }),
    loading.publicNames({ named: scope.publicNames.map((name) => [name]) }),
    loading.users({ named: scope.users.map((id) => [id]) }),
  ] as const;
}

type LoadedRows = RowsOf<ReturnType<typeof loadSteps>>;
type RowsOf<S extends readonly SqlStatement[]> = {
  readonly [K in keyof S]: S[K] extends SqlStatement<infer Row> ? readonly Row[] : never;
};

export function loadedState([
  channels,
  messages,
  members,
  handles,
  reactions,
  publicNames,
  users,
]: LoadedRows): CommitState {
  return {
    channels: channels.map(toChannel),
    messages: messages.map((row) => {
      const { editedAt: _editedAt, mentions: _mentions, ...message } = toMessage(row);
      return message;
    }),
    members,
    handles,
    reactions,
    publicNames,
    users: users.map(({ id }) => id),
  };
}
