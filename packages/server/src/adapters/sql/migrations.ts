import { sql, type Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { Tables } from './tables.ts';

export type Migration = (db: Kysely<Tables>, dialect: Dialect) => Promise<void>;

/** In the order in which they run. One that was released never changes: add another. */
export const MIGRATIONS: readonly Migration[] = [
  createUsers,
  createSignIns,
  createChannels,
  createMessages,
  shareBetweenNodes,
  makeRoomForSecret,
  placeEmoji,
];

async function createUsers(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  const no = sql.raw(dialect.false);
  await db.schema
    .createTable('users')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('name', dialect.text, (column) => column.notNull())
    .addColumn('handle', dialect.text, (column) => column.notNull().unique())
    .addColumn('role', dialect.text, (column) => column.notNull().check(sql`role in ('owner', 'admin', 'member')`))
    .addColumn('suspended', dialect.boolean, (column) => column.notNull().defaultTo(no))
    .addColumn('subject', dialect.text, (column) => column.unique())
    .addColumn('email', dialect.text, (column) => column.unique())
    .addColumn('email_verified', dialect.boolean, (column) => column.notNull().defaultTo(no))
    .addColumn('image', dialect.text)
    .addColumn('created_at', dialect.date, (column) => column.notNull())
    .addColumn('updated_at', dialect.date, (column) => column.notNull())
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createIndex('one_owner')
    .unique()
    .on('users')
    .column('role')
    .where('role', '=', sql.lit('owner'))
    .execute();
}

async function createSignIns(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('token', dialect.text, (column) => column.notNull().unique())
    .addColumn('user_id', dialect.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('expires_at', dialect.date, (column) => column.notNull())
    .addColumn('created_at', dialect.date, (column) => column.notNull())
    .addColumn('updated_at', dialect.date, (column) => column.notNull())
    .addColumn('ip_address', dialect.text)
    .addColumn('user_agent', dialect.text)
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema.createIndex('sessions_of_user').on('sessions').column('user_id').execute();
  await createCredentials(db, dialect);
  await createVerifications(db, dialect);
  await createInvites(db, dialect);
}

async function createCredentials(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('credentials')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('user_id', dialect.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('account_id', dialect.text, (column) => column.notNull())
    .addColumn('provider_id', dialect.text, (column) => column.notNull())
    .addColumn('password', dialect.text)
    .addColumn('access_token', dialect.text)
    .addColumn('refresh_token', dialect.text)
    .addColumn('id_token', dialect.text)
    .addColumn('access_token_expires_at', dialect.date)
    .addColumn('refresh_token_expires_at', dialect.date)
    .addColumn('scope', dialect.text)
    .addColumn('created_at', dialect.date, (column) => column.notNull())
    .addColumn('updated_at', dialect.date, (column) => column.notNull())
    .addUniqueConstraint('credentials_by_account', ['provider_id', 'account_id'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema.createIndex('credentials_of_user').on('credentials').column('user_id').execute();
}

async function createVerifications(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('verifications')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('identifier', dialect.text, (column) => column.notNull())
    .addColumn('value', dialect.text, (column) => column.notNull())
    .addColumn('expires_at', dialect.date, (column) => column.notNull())
    .addColumn('created_at', dialect.date, (column) => column.notNull())
    .addColumn('updated_at', dialect.date, (column) => column.notNull())
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema.createIndex('verifications_by_identifier').on('verifications').column('identifier').execute();
}

async function createInvites(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('invites')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('code_hash', dialect.text, (column) => column.notNull().unique())
    .addColumn('created_by', dialect.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', dialect.int, (column) => column.notNull())
    .addColumn('expires_at', dialect.int, (column) => column.notNull())
    .addColumn('uses', dialect.int, (column) => column.notNull())
    .addColumn('max_uses', dialect.int, (column) => column.notNull())
    .addColumn('revoked_at', dialect.int)
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
}

async function createChannels(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('channels')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('kind', dialect.text, (column) => column.notNull().check(sql`kind in ('public', 'private', 'dm')`))
    .addColumn('name', dialect.text, (column) => column.notNull())
    .addColumn('name_key', dialect.text, (column) => column.notNull())
    .addColumn('topic', dialect.text, (column) => column.notNull())
    .addColumn('created_by', dialect.text, (column) => column.references('users.id'))
    .addColumn('created_at', dialect.int, (column) => column.notNull())
    .addColumn('last_seq', dialect.int, (column) => column.notNull())
    .addColumn('member_count', dialect.int, (column) => column.notNull())
    .addColumn('dm_members', dialect.text)
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createIndex('public_channel_names')
    .unique()
    .on('channels')
    .column('name_key')
    .where(sql.ref('kind'), '=', sql.lit('public'))
    .execute();
  await db.schema
    .createTable('members')
    .addColumn('channel', dialect.text, (column) => column.notNull().references('channels.id'))
    .addColumn('user', dialect.text, (column) => column.notNull().references('users.id'))
    .addColumn('read_seq', dialect.int, (column) => column.notNull())
    .addColumn('joined_seq', dialect.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('members_key', ['channel', 'user'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema.createIndex('channels_of_user').on('members').columns(['user', 'channel']).execute();
}

async function createMessages(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await createEvents(db, dialect);
  await db.schema
    .createTable('messages')
    .addColumn('id', dialect.text, (column) => column.primaryKey())
    .addColumn('channel', dialect.text, (column) => column.notNull())
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addColumn('at', dialect.int, (column) => column.notNull())
    .addColumn('by', dialect.text, (column) => column.notNull())
    .addColumn('body', dialect.text)
    .addColumn('edited_at', dialect.int)
    .addColumn('thread', dialect.text)
    .addColumn('mentions', dialect.text)
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  // With `by`, because counting what is unread then reads nothing but this index.
  await db.schema.createIndex('messages_in_order').on('messages').columns(['channel', 'seq', 'by']).execute();
  await db.schema
    .createTable('mentions')
    .addColumn('user', dialect.text, (column) => column.notNull())
    .addColumn('channel', dialect.text, (column) => column.notNull())
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('mentions_key', ['user', 'channel', 'seq'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createTable('reactions')
    .addColumn('message', dialect.text, (column) => column.notNull())
    .addColumn('emoji', dialect.text, (column) => column.notNull())
    .addColumn('user', dialect.text, (column) => column.notNull())
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('reactions_key', ['message', 'emoji', 'user'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
}

async function createEvents(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('channel', dialect.text, (column) => column.notNull().references('channels.id'))
    .addColumn('seq', dialect.int, (column) => column.notNull())
    .addColumn('at', dialect.int, (column) => column.notNull())
    .addColumn('by', dialect.text, (column) => column.notNull())
    .addColumn('type', dialect.text, (column) => column.notNull())
    .addColumn('data', dialect.text, (column) => column.notNull())
    .addColumn('edit_of', dialect.text)
    .addPrimaryKeyConstraint('events_key', ['channel', 'seq'])
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema
    .createIndex('edits_of_message')
    .on('events')
    .column('edit_of')
    .where('edit_of', 'is not', null)
    .execute();
}

/** What one node has to know of another's doing: the tickets it gave out, and the profiles that changed there. */
async function shareBetweenNodes(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('tickets')
    .addColumn('ticket_hash', dialect.text, (column) => column.primaryKey())
    .addColumn('user_id', dialect.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('session_id', dialect.text)
    .addColumn('proof_expires_at', dialect.int, (column) => column.notNull())
    .addColumn('expires_at', dialect.int, (column) => column.notNull())
    .modifyEnd(sql.raw(dialect.tableEnd))
    .execute();
  await db.schema.createIndex('tickets_by_expiry').on('tickets').column('expires_at').execute();
  await db.schema.createIndex('users_by_change').on('users').column('updated_at').execute();
}

/** Where nodes share a database, they share the secret in it. */
async function makeRoomForSecret(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema.alterTable('meta').addColumn('secret', dialect.text).execute();
}

/** An emoji keeps its place when the first who used it takes it back: as everyone sees it who was there. */
async function placeEmoji(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  await db.schema
    .alterTable('reactions')
    .addColumn('place', dialect.int, (column) => column.notNull().defaultTo(0))
    .execute();
  await db
    .updateTable('reactions')
    .set({
      place: (query) =>
        query
          .selectFrom('reactions as same')
          .select((same) => same.fn.min('same.seq').as('place'))
          .whereRef('same.message', '=', 'reactions.message')
          .whereRef('same.emoji', '=', 'reactions.emoji'),
    })
    .execute();
}
