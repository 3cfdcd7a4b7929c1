import type { UserId } from '@parley/protocol';
import type { SessionId } from '#ports/bus.ts';

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
