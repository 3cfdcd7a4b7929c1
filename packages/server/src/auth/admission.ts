import type { HttpErrorCode, SignupMode, UserRole } from '@parley/protocol';
import type { Kysely } from 'kysely';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import type { Invites } from './invites.ts';

export type AdmissionRefusal = Extract<HttpErrorCode, 'invite_required' | 'invite_invalid' | 'signup_closed'>;

/**
 * May someone with this code make an account, and as what? The first user of a server owns it and needs no invite; users
 * of JWTs count, or a stranger could take over a server that has been in use for years. Uses the invite up, so it has to
 * be called in the transaction that makes the account.
 */
export async function admit(
  { signup, invites }: { readonly signup: SignupMode; readonly invites: Pick<Invites, 'use'> },
  code: string | null,
  transaction: Kysely<AccountsTables>,
): Promise<UserRole | AdmissionRefusal> {
  if (!(await hasUsers(transaction))) return 'owner';
  switch (signup) {
    case 'open':
      return 'member';
    case 'closed':
      return 'signup_closed';
    case 'invite':
      if (code === null) return 'invite_required';
      return (await invites.use(code, transaction)) ? 'member' : 'invite_invalid';
  }
}

/** The same question before the costly part, without an effect: null when it is worth going on. */
export async function refusalAhead(
  { signup, invites }: { readonly signup: SignupMode; readonly invites: Pick<Invites, 'check'> },
  code: string | null,
  db: Kysely<AccountsTables>,
): Promise<AdmissionRefusal | null> {
  if (signup === 'open' || !(await hasUsers(db))) return null;
  if (signup === 'closed') return 'signup_closed';
  if (code === null) return 'invite_required';
  return (await invites.check(code)) === null ? 'invite_invalid' : null;
}

async function hasUsers(db: Kysely<AccountsTables>): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined;
}
