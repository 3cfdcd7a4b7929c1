import type { Clock } from '#ports/clock.ts';
import type { Store } from '#ports/store.ts';
import { channelReads } from './channels.ts';
import { commit } from './commit.ts';
import { eventReads } from './events.ts';
import { memberReads } from './members.ts';
import { messageReads } from './messages.ts';
import { metaReads } from './meta.ts';
import { summaryReads } from './reading.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepareStoreStatements } from './store-statements.ts';

/** The store over SQL: composes the features. What differs between databases is behind `db`. */
export function createSqlStore(db: SqlDatabase, clock: Pick<Clock, 'now'>): Store {
  const statements = prepareStoreStatements(db);
  return {
    commit: (scope, decide) => commit(db, statements, { scope, decide }),
    ...channelReads(db, statements.channels),
    ...memberReads(db, statements.members),
    ...summaryReads(db, statements.reading),
    ...eventReads(db, statements),
    ...messageReads(db, statements),
    ...metaReads(db, statements.meta, clock),
    close: () => db.close(),
  };
}
