import { sql, type Kysely } from 'kysely';
import type { Flavor } from './dialect.ts';
import type { Tables } from './tables.ts';

export type Migration = (db: Kysely<Tables>, flavor: Flavor) => Promise<void>;

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

async function createUsers(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  const no = sql.raw(flavor.false);
  await db.schema
    .createTable('users')
    .addColumn('id', flavor.text, (column) => column.primaryKey())
    .addColumn('name', flavor.text, (column) => column.notNull())
    .addColumn('handle', flavor.text, (column) => column.notNull().unique())
    .addColumn('role', flavor.text, (column) => column.notNull().check(sql`role in ('owner', 'admin', 'member')`))
    .addColumn('suspended', flavor.boolean, (column) => column.notNull().defaultTo(no))
    .addColumn('subject', flavor.text, (column) => column.unique())
    .addColumn('email', flavor.text, (column) => column.unique())
    .addColumn('email_verified', flavor.boolean, (column) => column.notNull().defaultTo(no))
    .addColumn('image', flavor.text)
    .addColumn('created_at', flavor.date, (column) => column.notNull())
    .addColumn('updated_at', flavor.date, (column) => column.notNull())
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema
    .createIndex('one_owner')
    .unique()
    .on('users')
    .column('role')
    .where('role', '=', sql.lit('owner'))
    .execute();
}

async function createSignIns(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', flavor.text, (column) => column.primaryKey())
    .addColumn('token', flavor.text, (column) => column.notNull().unique())
    .addColumn('user_id', flavor.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('expires_at', flavor.date, (column) => column.notNull())
    .addColumn('created_at', flavor.date, (column) => column.notNull())
    .addColumn('updated_at', flavor.date, (column) => column.notNull())
    .addColumn('ip_address', flavor.text)
    .addColumn('user_agent', flavor.text)
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema.createIndex('sessions_of_user').on('sessions').column('user_id').execute();
  await createCredentials(db, flavor);
  await createVerifications(db, flavor);
  await createInvites(db, flavor);
}

async function createCredentials(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .createTable('credentials')
    .addColumn('id', flavor.text, (column) => column.primaryKey())
    .addColumn('user_id', flavor.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('account_id', flavor.text, (column) => column.notNull())
    .addColumn('provider_id', flavor.text, (column) => column.notNull())
    .addColumn('password', flavor.text)
    .addColumn('access_token', flavor.text)
    .addColumn('refresh_token', flavor.text)
    .addColumn('id_token', flavor.text)
    .addColumn('access_token_expires_at', flavor.date)
    .addColumn('refresh_token_expires_at', flavor.date)
    .addColumn('scope', flavor.text)
    .addColumn('created_at', flavor.date, (column) => column.notNull())
    .addColumn('updated_at', flavor.date, (column) => column.notNull())
    .addUniqueConstraint('credentials_by_account', ['provider_id', 'account_id'])
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema.createIndex('credentials_of_user').on('credentials').column('user_id').execute();
}

async function createVerifications(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .createTable('verifications')
    .addColumn('id', flavor.text, (column) => column.primaryKey())
    .addColumn('identifier', flavor.text, (column) => column.notNull())
    .addColumn('value', flavor.text, (column) => column.notNull())
    .addColumn('expires_at', flavor.date, (column) => column.notNull())
    .addColumn('created_at', flavor.date, (column) => column.notNull())
    .addColumn('updated_at', flavor.date, (column) => column.notNull())
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema.createIndex('verifications_by_identifier').on('verifications').column('identifier').execute();
}

async function createInvites(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .createTable('invites')
    .addColumn('id', flavor.text, (column) => column.primaryKey())
    .addColumn('code_hash', flavor.text, (column) => column.notNull().unique())
    .addColumn('created_by', flavor.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('created_at', flavor.int, (column) => column.notNull())
    .addColumn('expires_at', flavor.int, (column) => column.notNull())
    .addColumn('uses', flavor.int, (column) => column.notNull())
    .addColumn('max_uses', flavor.int, (column) => column.notNull())
    .addColumn('revoked_at', flavor.int)
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
}

async function createChannels(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .createTable('channels')
    .addColumn('id', flavor.text, (column) => column.primaryKey())
    .addColumn('kind', flavor.text, (column) => column.notNull().check(sql`kind in ('public', 'private', 'dm')`))
    .addColumn('name', flavor.text, (column) => column.notNull())
    .addColumn('name_key', flavor.text, (column) => column.notNull())
    .addColumn('topic', flavor.text, (column) => column.notNull())
    .addColumn('created_by', flavor.text, (column) => column.references('users.id'))
    .addColumn('created_at', flavor.int, (column) => column.notNull())
    .addColumn('last_seq', flavor.int, (column) => column.notNull())
    .addColumn('member_count', flavor.int, (column) => column.notNull())
    .addColumn('dm_members', flavor.text)
    .modifyEnd(sql.raw(flavor.tableEnd))
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
    .addColumn('channel', flavor.text, (column) => column.notNull().references('channels.id'))
    .addColumn('user', flavor.text, (column) => column.notNull().references('users.id'))
    .addColumn('read_seq', flavor.int, (column) => column.notNull())
    .addColumn('joined_seq', flavor.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('members_key', ['channel', 'user'])
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema.createIndex('channels_of_user').on('members').columns(['user', 'channel']).execute();
}

async function createMessages(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await createEvents(db, flavor);
  await db.schema
    .createTable('messages')
    .addColumn('id', flavor.text, (column) => column.primaryKey())
    .addColumn('channel', flavor.text, (column) => column.notNull())
    .addColumn('seq', flavor.int, (column) => column.notNull())
    .addColumn('at', flavor.int, (column) => column.notNull())
    .addColumn('by', flavor.text, (column) => column.notNull())
    .addColumn('body', flavor.text)
    .addColumn('edited_at', flavor.int)
    .addColumn('thread', flavor.text)
    .addColumn('mentions', flavor.text)
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  // With `by`, because counting what is unread then reads nothing but this index.
  await db.schema.createIndex('messages_in_order').on('messages').columns(['channel', 'seq', 'by']).execute();
  await db.schema
    .createTable('mentions')
    .addColumn('user', flavor.text, (column) => column.notNull())
    .addColumn('channel', flavor.text, (column) => column.notNull())
    .addColumn('seq', flavor.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('mentions_key', ['user', 'channel', 'seq'])
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema
    .createTable('reactions')
    .addColumn('message', flavor.text, (column) => column.notNull())
    .addColumn('emoji', flavor.text, (column) => column.notNull())
    .addColumn('user', flavor.text, (column) => column.notNull())
    .addColumn('seq', flavor.int, (column) => column.notNull())
    .addPrimaryKeyConstraint('reactions_key', ['message', 'emoji', 'user'])
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
}

async function createEvents(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('channel', flavor.text, (column) => column.notNull().references('channels.id'))
    .addColumn('seq', flavor.int, (column) => column.notNull())
    .addColumn('at', flavor.int, (column) => column.notNull())
    .addColumn('by', flavor.text, (column) => column.notNull())
    .addColumn('type', flavor.text, (column) => column.notNull())
    .addColumn('data', flavor.text, (column) => column.notNull())
    .addColumn('edit_of', flavor.text)
    .addPrimaryKeyConstraint('events_key', ['channel', 'seq'])
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema
    .createIndex('edits_of_message')
    .on('events')
    .column('edit_of')
    .where('edit_of', 'is not', null)
    .execute();
}

/** What one node has to know of another's doing: the tickets it gave out, and the profiles that changed there. */
async function shareBetweenNodes(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .createTable('tickets')
    .addColumn('ticket_hash', flavor.text, (column) => column.primaryKey())
    .addColumn('user_id', flavor.text, (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('session_id', flavor.text)
    .addColumn('proof_expires_at', flavor.int, (column) => column.notNull())
    .addColumn('expires_at', flavor.int, (column) => column.notNull())
    .modifyEnd(sql.raw(flavor.tableEnd))
    .execute();
  await db.schema.createIndex('tickets_by_expiry').on('tickets').column('expires_at').execute();
  await db.schema.createIndex('users_by_change').on('users').column('updated_at').execute();
}

/** Where nodes share a database, they share the secret in it. */
async function makeRoomForSecret(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema.alterTable('meta').addColumn('secret', flavor.text).execute();
}

/** An emoji keeps its place when the first who used it takes it back: as everyone sees it who was there. */
async function placeEmoji(db: Kysely<Tables>, flavor: Flavor): Promise<void> {
  await db.schema
    .alterTable('reactions')
    .addColumn('place', flavor.int, (column) => column.notNull().defaultTo(0))
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
