import type { UserRole } from '@parley/protocol';
import type { UserRecord } from './users.ts';

/**
 * The tables of accounts, as Kysely sees them. The store's migrations create them; the accounts library and `identity/`
 * write them. Column names are those of the database.
 *
 * A date of the library is ISO 8601 text in UTC on SQLite, which has no dates, and `timestamptz` on PostgreSQL. Its booleans
 * are 0 and 1 on SQLite. Times that only we write are integers, milliseconds since the epoch.
 */
export interface AccountsTables {
  users: UsersTable;
  sessions: SessionsTable;
  credentials: CredentialsTable;
  verifications: VerificationsTable;
  invites: InvitesTable;
  tickets: TicketsTable;
}

/** How the database stores the library's dates and booleans. */
export type StoredDate = string | Date;
export type StoredBoolean = number | boolean;

export interface UsersTable {
  id: string;
  name: string;
  /** Unique. */
  handle: string;
  /** `owner`, `admin` or `member`; a unique partial index allows one owner. */
  role: string;
  suspended: StoredBoolean;
  /** `sub` of the JWTs that identify this user; unique; null for an account. */
  subject: string | null;
  /** Lower case, unique; null for a user of JWTs. */
  email: string | null;
  email_verified: StoredBoolean;
  image: string | null;
  created_at: StoredDate;
  updated_at: StoredDate;
}

export interface SessionsTable {
  id: string;
  /** Unique: the token in the cookie or the bearer header. */
  token: string;
  /** Indexed. */
  user_id: string;
  expires_at: StoredDate;
  created_at: StoredDate;
  updated_at: StoredDate;
  ip_address: string | null;
  user_agent: string | null;
}

/** The library's `account`: one sign-in method of a user. */
export interface CredentialsTable {
  id: string;
  /** Indexed. */
  user_id: string;
  account_id: string;
  provider_id: string;
  /** A PHC string. */
  password: string | null;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: StoredDate | null;
  refresh_token_expires_at: StoredDate | null;
  scope: string | null;
  created_at: StoredDate;
  updated_at: StoredDate;
}

/** Required by the library. Parley does not verify addresses, so it stays empty. */
export interface VerificationsTable {
  id: string;
  identifier: string;
  value: string;
  expires_at: StoredDate;
  created_at: StoredDate;
  updated_at: StoredDate;
}

export interface InvitesTable {
  id: string;
  /** SHA-256 of the code, base64url; unique. */
  code_hash: string;
  created_by: string;
  created_at: number;
  expires_at: number;
  uses: number;
  max_uses: number;
  revoked_at: number | null;
}

/** Only used when several nodes share one database: a single node keeps its tickets in memory. */
export interface TicketsTable {
  /** SHA-256 of the ticket, base64url; unique. */
  ticket_hash: string;
  user_id: string;
  /** Null when the ticket was issued to a JWT. */
  session_id: string | null;
  proof_expires_at: number;
  /** Indexed. */
  expires_at: number;
}

/** The columns of a user that chat knows. */
export type UserRow = Readonly<Pick<UsersTable, 'id' | 'name' | 'handle' | 'role' | 'suspended'>>;

export function toUserRecord({ id, name, handle, role, suspended }: UserRow): UserRecord {
  return { id, name, handle, role: role as UserRole, suspended: Boolean(suspended) };
}
