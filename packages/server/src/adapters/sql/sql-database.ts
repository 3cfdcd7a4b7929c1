import type { Kysely } from 'kysely';
import type { Dialect } from './dialect.ts';
import type { SqlStatement } from './statement.ts';
import type { Tables } from './tables.ts';

/**
 * What the store needs of a database. It rejects with `StoreUnavailable` when the database could not do it now, and with
 * another error when what was asked contradicts the data.
 */
export interface SqlDatabase {
  readonly dialect: Dialect;
  readonly kysely: Kysely<Tables>;
  /** Runs the steps in one consistent moment that has every write that resolved before. */
  read<R extends readonly unknown[] | []>(steps: Steps<R>): Promise<LoadedRows<R>>;
  /**
   * One transaction: runs `load`, asks `decide`, runs its steps and makes them durable. When anything throws, nothing is
   * stored. Where others write at the same time, it is serializable against every write that locks a row which this one
   * locks, or that holds what this one holds; `decide` is asked again when one of the others came first all the same.
   */
  write<R extends readonly unknown[] | [], T>(
    load: Steps<R>,
    decide: (loaded: LoadedRows<R>) => WriteBatch<T>,
    holding?: AdvisoryLock,
  ): Promise<T>;
  close(): Promise<void>;
}

/** What no row stands for: who is in the table of users, and under which handles and subjects. */
export type AdvisoryLock = 'users';

export interface WriteBatch<T> {
  readonly result: T;
  readonly steps: readonly SqlStatement[];
}

export type Steps<R extends readonly unknown[]> = { readonly [K in keyof R]: SqlStatement<R[K]> };
/** The rows of each step. */
export type LoadedRows<R extends readonly unknown[]> = { readonly [K in keyof R]: readonly R[K][] };
