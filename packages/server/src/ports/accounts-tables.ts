/**
 * The tables that accounts live in, as Kysely sees them: made by the store's migrations, written by the accounts library
 * and by `auth/`. Column names are those of the database.
 *
 * What the library writes as a date is ISO 8601 text in UTC on SQLite, which has no dates, and `timestamptz` on
 * PostgreSQL; its booleans are 0 and 1 on SQLite. Times that only we write are integers, milliseconds since the epoch.
 */
export interface AccountsTables {
  users: UsersTable;
  sessions: SessionsTable;
  credentials: CredentialsTable;
  verifications: VerificationsTable;
  invites: InvitesTable;
  tickets: TicketsTable;
}

/** How the database stores what the library calls a date and a boolean. */
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
  /** `sub` of the JWTs that prove this user; unique; null for an account. */
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
  /** Unique: what the cookie and the bearer carry. */
  token: string;
  /** Indexed. */
  user_id: string;
  expires_at: StoredDate;
  created_at: StoredDate;
  updated_at: StoredDate;
  ip_address: string | null;
  user_agent: string | null;
}

/** The library's `account`: one way for a user to sign in. */
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

/** The library wants it; nothing here verifies addresses, so it stays empty. */
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

/** Where several nodes share one database; one node alone keeps its tickets in memory. */
export interface TicketsTable {
  /** SHA-256 of the ticket, base64url; unique. */
  ticket_hash: string;
  user_id: string;
  /** Null when a JWT was behind it. */
  session_id: string | null;
  proof_expires_at: number;
  /** Indexed. */
  expires_at: number;
}
