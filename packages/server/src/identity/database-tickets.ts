import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { TICKET_BITS, TICKET_LIFETIME_MS } from '#limits.ts';
import type { AccountsTables, TicketsTable } from '#ports/accounts-tables.ts';
import type { Clock } from '#ports/clock.ts';
import type { Random } from '#ports/random.ts';
import { TICKET_PREFIX, type TicketHolder, type Tickets } from './tickets.ts';

export interface DatabaseTicketsDeps {
  readonly db: Kysely<AccountsTables>;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Tickets in the shared database: one node issues a ticket, any other accepts it, once. Expiry uses the clocks of the
 * nodes, which have to agree to the second, as for sessions and JWTs. A ticket is a secret: only its hash is stored.
 */
export function createDatabaseTickets({ db, clock, random }: DatabaseTicketsDeps): Tickets {
  let sweptMs = Number.NEGATIVE_INFINITY;

  /** Keeps a ticket for some time after its expiry, so that `expired` can be reported instead of `unknown`. */
  async function dropExpired(): Promise<void> {
    if (clock.elapsed() - sweptMs < TICKET_LIFETIME_MS) return;
    sweptMs = clock.elapsed();
    await db
      .deleteFrom('tickets')
      .where('expires_at', '<', clock.now() - TICKET_LIFETIME_MS)
      .execute();
  }

  return {
    async issue({ user, session, credentialExpiresAt }) {
      await dropExpired();
      const ticket = TICKET_PREFIX + random.token(TICKET_BITS);
      const expiresAt = clock.now() + TICKET_LIFETIME_MS;
      await db
        .insertInto('tickets')
        .values({
          ticket_hash: hashOf(ticket),
          user_id: user,
          session_id: session,
          proof_expires_at: Math.floor(Math.min(credentialExpiresAt, Number.MAX_SAFE_INTEGER)),
          expires_at: expiresAt,
        })
        .execute();
      return { ticket, expiresAt };
    },
    async peek(ticket) {
      const row = await db
        .selectFrom('tickets')
        .selectAll()
        .where('ticket_hash', '=', hashOf(ticket))
        .executeTakeFirst();
      return holderIn(row, clock.now());
    },
    async consume(ticket) {
      // One statement finds and deletes it, so that only one node can succeed.
      const row = await db
        .deleteFrom('tickets')
        .where('ticket_hash', '=', hashOf(ticket))
        .returningAll()
        .executeTakeFirst();
      return holderIn(row, clock.now());
    },
  };
}

function holderIn(row: TicketsTable | undefined, nowMs: number): TicketHolder | 'expired' | 'unknown' {
  if (row === undefined) return 'unknown';
  if (row.expires_at <= nowMs) return 'expired';
  return { user: row.user_id, session: row.session_id, credentialExpiresAt: row.proof_expires_at };
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url');
}
