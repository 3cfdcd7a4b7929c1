import { prepareChannels } from './channels.ts';
import { prepareEvents } from './events.ts';
import { prepareMembers } from './members.ts';
import { prepareMentions } from './mentions.ts';
import { prepareMessages } from './messages.ts';
import { prepareMeta } from './meta.ts';
import { prepareReactions } from './reactions.ts';
import { prepareReading } from './reading.ts';
import type { SqlDatabase } from './sql-database.ts';
import { prepareUserLookup } from './users.ts';

export type StoreStatements = ReturnType<typeof prepareStoreStatements>;

/** The statements of the store, by feature. */
export function prepareStoreStatements(db: SqlDatabase) {
  return {
    channels: prepareChannels(db),
    events: prepareEvents(db),
    members: prepareMembers(db),
    mentions: prepareMentions(db),
    messages: prepareMessages(db),
    meta: prepareMeta(db),
    reactions: prepareReactions(db),
    reading: prepareReading(db),
    users: prepareUserLookup(db),
  };
}
