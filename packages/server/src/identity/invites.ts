import { createHash } from 'node:crypto';
import type { Invite, UserId } from '@parley/protocol';
import { sql, type Kysely } from 'kysely';
import { INVITE_CODE_BITS, MAX_LISTED_INVITES } from '#limits.ts';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import type { Clock } from '#ports/clock.ts';
import type { Random } from '#ports/random.ts';

const ID_BITS = 96;

export interface InviteTerms {
  readonly expiresInMs: number;
  /** Number of accounts that can be created with it. */
  readonly maxUses: number;
}

/** Links that allow a sign-up. The code is a secret: only its hash is stored. */
export interface Invites {
  create(by: UserId, terms: InviteTerms): Promise<{ readonly invite: Invite; readonly code: string }>;
  /** Usable invites, newest first, at most `MAX_LISTED_INVITES`. */
  list(): Promise<Invite[]>;
  /** False when the invite does not exist or is already revoked. */
  revoke(id: string): Promise<boolean>;
  /** The name of the creator if the code is usable, else null. */
  check(code: string): Promise<{ readonly by: string } | null>;
  /**
   * Counts one use, in the caller's transaction, so that only a created account counts. False when the code is not
   * usable. One statement checks and counts, so that two sign-ups can't share the last use.
   */
  redeem(code: string, db: Kysely<AccountsTables>): Promise<boolean>;
}

export interface InvitesDeps {
  readonly db: Kysely<AccountsTables>;
  readonly clock: Clock;
  readonly random: Random;
}

export function createInvites(deps: InvitesDeps): Invites {
  const { db, clock } = deps;
  return {
    create: (by, terms) => create(deps, by, terms),
    list: () => list(deps),
    async revoke(id) {
      const { numUpdatedRows } = await db
        .updateTable('invites')
        .set({ revoked_at: clock.now() })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async check(code) {
      const row = await db
        .selectFrom('invites')
        .innerJoin('users', 'users.id', 'invites.created_by')
        .select('users.name')
        .where('code_hash', '=', hashOf(code))
        .where(isUsable(clock.now()))
        .executeTakeFirst();
      return row === undefined ? null : { by: row.name };
    },
    async redeem(code, transaction) {
      const { numUpdatedRows } = await transaction
        .updateTable('invites')
        .set((column) => ({ uses: column('uses', '+', 1) }))
        .where('code_hash', '=', hashOf(code))
        .where(isUsable(clock.now()))
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  };
}

async function create({ db, clock, random }: InvitesDeps, by: UserId, terms: InviteTerms) {
  const code = random.token(INVITE_CODE_BITS);
  const createdAt = clock.now();
  const invite: Invite = {
    id: `i_${random.token(ID_BITS)}`,
    by,
    createdAt,
    expiresAt: createdAt + terms.expiresInMs,
    uses: 0,
    maxUses: terms.maxUses,
  };
  await db
    .insertInto('invites')
    .values({
      id: invite.id,
      code_hash: hashOf(code),
      created_by: by,
      created_at: createdAt,
      expires_at: invite.expiresAt,
      uses: 0,
      max_uses: invite.maxUses,
      revoked_at: null,
    })
    .execute();
  return { invite, code };
}

async function list({ db, clock }: InvitesDeps): Promise<Invite[]> {
  const rows = await db
    .selectFrom('invites')
    .select(['id', 'created_by as by', 'created_at as createdAt', 'expires_at as expiresAt'])
    .select(['uses', 'max_uses as maxUses'])
    .where(isUsable(clock.now()))
    .orderBy('created_at', 'desc')
    .limit(MAX_LISTED_INVITES)
    .execute();
  return rows;
}

/** The invites of a user who is suspended or no longer an admin are unusable. */
function isUsable(nowMs: number) {
  return sql<boolean>`revoked_at is null and expires_at > ${nowMs} and uses < max_uses
    and created_by in (select id from users where role in ('owner', 'admin') and not suspended)`;
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}
