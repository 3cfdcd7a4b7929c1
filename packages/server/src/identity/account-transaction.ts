import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { AccountsTables } from '#ports/accounts-tables.ts';

/**
 * Context of one request to the accounts library. The library calls our hooks without our arguments, so they read this
 * from async-local storage.
 */
export interface AccountContext {
  readonly signUp: PreparedSignUp | null;
  /** The library's open transaction. */
  transaction: Kysely<AccountsTables> | null;
  /** The error of the database. The library turns it into a response that does not mention it. */
  failure: Error | null;
}

/** Computed before the library's transaction begins, because that transaction blocks all other writes. */
export interface PreparedSignUp {
  readonly invite: string | null;
  readonly passwordHash: string;
}

const current = new AsyncLocalStorage<AccountContext>();

/** Runs `task` in a new context. Rethrows an error of the database, whatever response the library made of it. */
export async function withAccountContext<T>(signUp: PreparedSignUp | null, task: () => Promise<T>): Promise<T> {
  const context: AccountContext = { signUp, transaction: null, failure: null };
  const result = await current.run(context, task);
  if (context.failure !== null) throw context.failure;
  return result;
}

export function accountContext(): AccountContext {
  const context = current.getStore();
  if (context === undefined) throw new Error('the accounts library was called without withAccountContext');
  return context;
}
