import type { UserId } from '@parley/protocol';
import type { SessionId } from '#ports/bus.ts';

export const TICKET_PREFIX = 'tkt_';

/** The user of a ticket, and the credential that it was requested with. */
export interface TicketHolder {
  readonly user: UserId;
  /** Null when it was requested with a JWT. */
  readonly session: SessionId | null;
  /** When the session or JWT expires, in milliseconds since the epoch. */
  readonly credentialExpiresAt: number;
}

export interface Tickets {
  issue(holder: TicketHolder): Promise<{ readonly ticket: string; readonly expiresAt: number }>;
  /** The holder of a valid ticket. `'unknown'` if it was consumed, dropped or never issued. */
  peek(ticket: string): Promise<TicketHolder | 'expired' | 'unknown'>;
  /** Like `peek`, and invalidates the ticket. */
  consume(ticket: string): Promise<TicketHolder | 'expired' | 'unknown'>;
}
