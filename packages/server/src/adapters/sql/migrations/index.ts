import type { Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';
import { createUsers } from './0001-users.ts';
import { createAccounts } from './0002-accounts.ts';
import { createChannels } from './0003-channels.ts';
import { createMessages } from './0004-messages.ts';
import { createTickets } from './0005-nodes.ts';
import { addSecret } from './0006-secret.ts';
import { addEmojiOrder } from './0007-emoji-order.ts';

type Migration = (db: Kysely<Tables>, dialect: Dialect) => Promise<void>;

/**
 * All migrations, in the order in which they run. A database stores the number of those that ran, so a released migration
 * never changes and never moves: add another at the end.
 */
export const MIGRATIONS: readonly Migration[] = [
  createUsers,
  createAccounts,
  createChannels,
  createMessages,
  createTickets,
  addSecret,
  addEmojiOrder,
];
