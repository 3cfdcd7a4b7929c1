import type { Kysely } from 'kysely';
import type { AccountsTables } from './accounts-tables.ts';

/** The database of accounts. Rejects with `StoreUnavailable` when the database cannot do it now. */
export interface AccountsDatabase {
  /** Do not await the store inside one of its transactions: that can deadlock. */
  readonly kysely: Kysely<AccountsTables>;
  readonly type: 'sqlite' | 'postgres';
  /**
   * Until the end of the transaction, no other transaction on any node creates a user or changes a handle, a subject or a
   * role. So what the transaction reads (there is no owner yet, a handle is free) stays true.
   */
  readonly lockUsers: (transaction: Kysely<AccountsTables>) => Promise<void>;
}
