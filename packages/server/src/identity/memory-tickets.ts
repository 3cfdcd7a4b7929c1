import type { UserId } from '@parley/protocol';
import { TICKET_BITS, TICKET_LIFETIME_MS } from '#limits.ts';
import type { SessionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Random } from '#ports/random.ts';

export const TICKET_PREFIX = 'tkt_';

/** Whom a ticket proves, and by what. */
export interface TicketHolder {
  readonly user: UserId;
  /** Null when a JWT was behind it. */
  readonly session: SessionId | null;
  /** When the proof behind it ends, milliseconds since the epoch. */
  readonly credentialExpiresAt: number;
}

export interface Tickets {
  issue(holder: TicketHolder): Promise<{ readonly ticket: string; readonly expiresAt: number }>;
  /** Its holder while it is good; `'expired'`, or `'unknown'` when it was spent, forgotten or made up. */
  peek(ticket: string): Promise<TicketHolder | 'expired' | 'unknown'>;
  /** Like `peek`, and the ticket is good no more. */
  consume(ticket: string): Promise<TicketHolder | 'expired' | 'unknown'>;
}

/** Those of a server that runs alone, held in memory: a restart takes all of them, and their owners ask again. Beyond `max` the oldest is forgotten. */
export function createMemoryTickets({ clock, random, max }: { clock: Clock; random: Random; max: number }): Tickets {
  // In the order in which they were issued, hence in which they expire.
  const issued = new Map<string, TicketHolder & { readonly deadlineMs: number }>();

  function forgetOld(): void {
    for (const [ticket, { deadlineMs }] of issued) {
      if (issued.size < max && deadlineMs > clock.elapsed()) return;
      issued.delete(ticket);
    }
  }

  function look(ticket: string): TicketHolder | 'expired' | 'unknown' {
    const found = issued.get(ticket);
    if (found === undefined) return 'unknown';
    return found.deadlineMs > clock.elapsed() ? found : 'expired';
  }

  return {
    async issue(holder) {
      forgetOld();
      const ticket = TICKET_PREFIX + random.token(TICKET_BITS);
      issued.set(ticket, { ...holder, deadlineMs: clock.elapsed() + TICKET_LIFETIME_MS });
      return { ticket, expiresAt: clock.now() + TICKET_LIFETIME_MS };
    },
    peek: async (ticket) => look(ticket),
    async consume(ticket) {
      const holder = look(ticket);
      issued.delete(ticket);
      return holder;
    },
  };
}
