import { TICKET_BITS, TICKET_LIFETIME_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Random } from '#ports/random.ts';
import { TICKET_PREFIX, type TicketHolder, type Tickets } from './tickets.ts';

/**
 * Tickets in memory, for a server that runs alone. After a restart clients request new ones. Beyond `max` the oldest is
 * dropped.
 */
export function createMemoryTickets({ clock, random, max }: { clock: Clock; random: Random; max: number }): Tickets {
  // In the order of issue, which is also the order of expiry.
  const issued = new Map<string, TicketHolder & { readonly deadlineMs: number }>();

  function dropExpired(): void {
    for (const [ticket, { deadlineMs }] of issued) {
      if (issued.size < max && deadlineMs > clock.elapsed()) return;
      issued.delete(ticket);
    }
  }

  function findTicket(ticket: string): TicketHolder | 'expired' | 'unknown' {
    const found = issued.get(ticket);
    if (found === undefined) return 'unknown';
    return found.deadlineMs > clock.elapsed() ? found : 'expired';
  }

  return {
    async issue(holder) {
      dropExpired();
      const ticket = TICKET_PREFIX + random.token(TICKET_BITS);
      issued.set(ticket, { ...holder, deadlineMs: clock.elapsed() + TICKET_LIFETIME_MS });
      return { ticket, expiresAt: clock.now() + TICKET_LIFETIME_MS };
    },
    peek: async (ticket) => findTicket(ticket),
    async consume(ticket) {
      const holder = findTicket(ticket);
      issued.delete(ticket);
      return holder;
    },
  };
}
