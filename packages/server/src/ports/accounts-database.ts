import type { Kysely } from 'kysely';
import type { AccountsTables } from './accounts-tables.ts';

/** Where accounts live. It rejects with `StoreUnavailable` when the database could not do it now. */
export interface AccountsDatabase {
  /** Inside one of its transactions, waiting for the store may mean waiting for ever. */
  readonly kysely: Kysely<AccountsTables>;
  readonly type: 'sqlite' | 'postgres';
  /**
   * From here to the end of the transaction nobody else makes a user or changes who somebody is, on no node: so what it
   * finds (that there is no owner yet, that a handle is free) stays true.
   */
  readonly lockUsers: (transaction: Kysely<AccountsTables>) => Promise<void>;
}
