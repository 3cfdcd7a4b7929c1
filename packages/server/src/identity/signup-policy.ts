import type { HttpErrorCode, SignupMode, UserRole } from '@parley/protocol';
import type { Kysely } from 'kysely';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import type { Invites } from './invites.ts';

export type SignUpRefusal = Extract<HttpErrorCode, 'invite_required' | 'invite_invalid' | 'signup_closed'>;

/**
 * True if the next account will own the server. That is the first account, in every sign-up mode; users of JWTs do not
 * count. Exception: when sign-up is closed and users of JWTs exist, accounts are not wanted at all, and a stranger must not
 * become the owner.
 */
export async function needsOwner(signup: SignupMode, db: Kysely<AccountsTables>): Promise<boolean> {
  const blocking = db.selectFrom('users').select('id').limit(1);
  const found = await (signup === 'closed' ? blocking : blocking.where('role', '=', 'owner')).executeTakeFirst();
  return found === undefined;
}

/**
 * Decides whether an account may be created with this code, and its role. Redeems the invite, so it must run in the
 * transaction that creates the account.
 */
export async function decideSignUp(
  { signup, invites }: { readonly signup: SignupMode; readonly invites: Pick<Invites, 'redeem'> },
  code: string | null,
  transaction: Kysely<AccountsTables>,
): Promise<UserRole | SignUpRefusal> {
  if (await needsOwner(signup, transaction)) return 'owner';
  switch (signup) {
    case 'open':
      return 'member';
    case 'closed':
      return 'signup_closed';
    case 'invite':
      if (code === null) return 'invite_required';
      return (await invites.redeem(code, transaction)) ? 'member' : 'invite_invalid';
  }
}

/** The same check without an effect, before the expensive password hash. Null when the sign-up may continue. */
export async function precheckSignUp(
  { signup, invites }: { readonly signup: SignupMode; readonly invites: Pick<Invites, 'check'> },
  code: string | null,
  db: Kysely<AccountsTables>,
): Promise<SignUpRefusal | null> {
  if (signup === 'open' || (await needsOwner(signup, db))) return null;
  if (signup === 'closed') return 'signup_closed';
  if (code === null) return 'invite_required';
  return (await invites.check(code)) === null ? 'invite_invalid' : null;
}
