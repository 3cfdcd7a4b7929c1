import { sql, type Kysely } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Tables } from '../tables.ts';

/** What accounts need: sessions, credentials, verifications and invites. */
export async function createAccounts(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
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
