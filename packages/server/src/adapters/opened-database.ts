import type { AccountsDatabase } from '#ports/accounts-database.ts';
import type { Store } from '#ports/store.ts';
import type { Users } from '#ports/users.ts';

/** A database in use, whatever its kind. */
export interface OpenedDatabase extends AccountsDatabase {
  readonly store: Store;
  readonly users: Users;
  /** Signs session cookies, unless the configuration has one: made when it is first asked for, and kept. */
  readonly secret: () => Promise<string>;
  /**
   * Resolves with why, when the database has ended by itself and will answer nothing but `StoreUnavailable`: whoever
   * started the process ends it, and what supervises it starts it again. Else never.
   */
  readonly failed: Promise<string>;
  /** Lets what was asked before finish. May be called twice. */
  readonly close: () => Promise<void>;
}
