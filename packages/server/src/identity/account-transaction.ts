import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely } from 'kysely';
import type { AccountsTables } from '#ports/accounts-tables.ts';

/**
 * One request to the accounts library. It calls our hooks from deep inside, so what they need travels beside it.
 */
export interface AccountContext {
  readonly signUp: PreparedSignUp | null;
  /** The transaction the library is in. */
  transaction: Kysely<AccountsTables> | null;
  /** What the database threw: the library makes an answer of it that doesn't say so. */
  failure: Error | null;
}

/** Prepared before the library's transaction begins, which keeps everyone else's messages waiting. */
export interface PreparedSignUp {
  readonly invite: string | null;
  readonly passwordHash: string;
}

const current = new AsyncLocalStorage<AccountContext>();

/** Runs `task` with work of its own. What the database throws inside is thrown here, whatever the library made of it. */
export async function withAccountContext<T>(signUp: PreparedSignUp | null, task: () => Promise<T>): Promise<T> {
  const context: AccountContext = { signUp, transaction: null, failure: null };
  const result = await current.run(context, task);
  if (context.failure !== null) throw context.failure;
  return result;
}

export function accountContext(): AccountContext {
  const context = current.getStore();
  if (context === undefined) throw new Error('the accounts library was called from outside');
  return context;
}
