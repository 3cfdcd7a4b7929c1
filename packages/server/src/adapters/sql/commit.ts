import type { LogEventByType, LogEventType } from '@parley/protocol';
import type { CommitScope, CommitState, Decision } from '#ports/store.ts';
import { channelRow, headRows, projectRenamed, toChannel } from './channels.ts';
import { eventRow } from './events.ts';
import { projectJoined, projectLeft } from './members.ts';
import { mentionRows } from './mentions.ts';
import { messageRow, projectDeleted, projectEdited, toMessage } from './messages.ts';
import { projectReacted, projectUnreacted } from './reactions.ts';
import { cursorRows } from './reading.ts';
import type { SqlDatabase } from './sql-database.ts';
import { expectRowsAffected, type Rows, type SqlStatement } from './statement.ts';
import type { StoreStatements } from './store-statements.ts';

/** Loads the scope, decides, and stores the decision, in one transaction. */
export async function commit<R>(
  db: SqlDatabase,
  statements: StoreStatements,
  { scope, decide }: { readonly scope: CommitScope; readonly decide: (state: CommitState) => Decision<R> },
): Promise<R> {
  return db.write(loadSteps(statements, scope), (loaded) => {
    const decision = decide(loadedState(loaded));
    return { result: decision.result, steps: applySteps(statements, decision) };
  });
}

/**
 * The statements that load a scope: one for each of its lists, however long they are. The first one locks the channels
 * (docs/decisions/0009), so the others see the last commit to each of them. `loadedState` takes the rows in this order.
 */
function loadSteps({ channels, messages, members, reactions, users }: StoreStatements, scope: CommitScope) {
  return [
    channels.load({ named: scope.channels.map((id) => [id]) }),
    messages.load({ named: scope.messages.map((id) => [id]) }),
    members.load({ named: scope.members.map(({ channel, user }) => [channel, user]) }),
    members.loadHandles({ named: scope.handles.map(({ channel, handle }) => [channel, handle]) }),
    reactions.load({ named: scope.reactions.map((id) => [id]) }),
    channels.loadPublicNames({ named: scope.publicNames.map((name) => [name]) }),
    users.load({ named: scope.users.map((id) => [id]) }),
  ] as const;
}

type LoadedRows = RowsOf<ReturnType<typeof loadSteps>>;
type RowsOf<S extends readonly SqlStatement[]> = {
  readonly [K in keyof S]: S[K] extends SqlStatement<infer Row> ? readonly Row[] : never;
};

function loadedState([channels, messages, members, handles, reactions, publicNames, users]: LoadedRows): CommitState {
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

/**
 * The statements that store a decision. New rows of the large tables (events, messages, mentions) are inserted first, one
 * statement per table. Then the other events are projected one by one and in order, because they build on one another. The
 * heads come last: each must still be what it was when it was loaded.
 */
function applySteps(statements: StoreStatements, { channels, events, cursors }: Decision<unknown>): SqlStatement[] {
  const messages = events.filter((event) => event.type === 'message');
  const heads = headRows(events);
  return [
    ...unlessEmpty(channels.map(channelRow), statements.channels.insert),
    ...unlessEmpty(events.map(eventRow), statements.events.insert),
    ...unlessEmpty(messages.map(messageRow), statements.messages.insert),
    ...unlessEmpty(messages.flatMap(mentionRows), statements.mentions.insert),
    ...events.flatMap((event) => project(event.type, statements, event)),
    ...unlessEmpty(heads, (rows) => expectRowsAffected(rows.length, statements.channels.moveHeads({ rows }))),
    ...unlessEmpty(cursorRows(cursors), (rows) => statements.reading.moveCursors({ rows })),
  ];
}

function unlessEmpty(rows: Rows, step: (rows: Rows) => SqlStatement): SqlStatement[] {
  return rows.length === 0 ? [] : [step(rows)];
}

type Projection<T extends LogEventType> = (statements: StoreStatements, event: LogEventByType[T]) => SqlStatement[];

/** The statements that each event adds to the commit, beyond its row in `events`. */
const PROJECTIONS: { readonly [T in LogEventType]: Projection<T> } = {
  // All new messages of a commit are inserted together, before the projections run.
  message: () => [],
  edited: projectEdited,
  deleted: projectDeleted,
  reacted: projectReacted,
  unreacted: projectUnreacted,
  joined: projectJoined,
  left: projectLeft,
  renamed: projectRenamed,
};

function project<T extends LogEventType>(
  type: T,
  statements: StoreStatements,
  event: LogEventByType[T],
): SqlStatement[] {
  return PROJECTIONS[type](statements, event);
}
