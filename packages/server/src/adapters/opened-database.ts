import type { AccountsDatabase } from '#ports/accounts-database.ts';
import type { Store } from '#ports/store.ts';
import type { Users } from '#ports/users.ts';

/** An open database, SQLite or PostgreSQL. */
export interface OpenedDatabase extends AccountsDatabase {
  readonly store: Store;
  readonly users: Users;
  /** Signs session cookies, unless the configuration has a secret. Created and stored on the first call. */
  readonly secret: () => Promise<string>;
  /**
   * Resolves with the reason when the database has stopped by itself: from then on every call fails with
   * `StoreUnavailable`. `main` then exits, and its supervisor restarts it. Otherwise never resolves.
   */
  readonly failed: Promise<string>;
  /** Waits for the calls in flight. May be called twice. */
  readonly close: () => Promise<void>;
}
