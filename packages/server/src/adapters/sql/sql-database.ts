import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { SqlStatement } from './statement.ts';
import type { Tables } from './tables.ts';

/**
 * What the store needs from a database. Rejects with `StoreUnavailable` when the database cannot do it now, and with
 * another error when the request contradicts the data.
 */
export interface SqlDatabase {
  readonly dialect: Dialect;
  readonly kysely: Kysely<Tables>;
  /** Runs the steps on one consistent snapshot, which includes every write that resolved before. */
  read<R extends readonly unknown[] | []>(steps: Steps<R>): Promise<LoadedRows<R>>;
  /**
   * One transaction: runs `load`, calls `decide`, runs the steps that it returns, and makes them durable. When anything
   * throws, nothing is stored. Where other nodes write at the same time, it is serializable against every write that locks
   * a row which this one locks, or that takes the same `lock`. Calls `decide` again when it lost a race all the same.
   */
  write<R extends readonly unknown[] | [], T>(
    load: Steps<R>,
    decide: (loaded: LoadedRows<R>) => WriteBatch<T>,
    lock?: AdvisoryLock,
  ): Promise<T>;
  close(): Promise<void>;
}

/** Locks for state that no single row represents. `users`: which users exist, and with which handles and subjects. */
export type AdvisoryLock = 'users';

export interface WriteBatch<T> {
  readonly result: T;
  readonly steps: readonly SqlStatement[];
}

export type Steps<R extends readonly unknown[]> = { readonly [K in keyof R]: SqlStatement<R[K]> };
/** The resulting rows of each step. */
export type LoadedRows<R extends readonly unknown[]> = { readonly [K in keyof R]: readonly R[K][] };
