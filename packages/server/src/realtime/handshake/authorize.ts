import { err, ok, type Result } from '@parley/protocol';
import type { Authenticator, Identity, IdentityState } from '#identity/authenticator.ts';
import type { ConnectionLimiter, Reservation } from './connection-limits.ts';
import type { HandshakeRequest } from './parse-handshake.ts';
import { refuse, type HandshakeRefusal } from './refusal.ts';

export interface AuthorizeDeps {
  readonly authenticator: Authenticator;
  readonly limiter: ConnectionLimiter;
  readonly isDraining: () => boolean;
}

/** What a connection is opened from. */
export interface AcceptedHandshake {
  readonly clientId: string;
  readonly identity: Identity;
  readonly address: string;
  /** Checks the identity again: a session may have ended during the handshake, before this connection was notified. */
  readonly recheck: () => Promise<IdentityState>;
}

/** Both are for the caller: to check the reservation in the step that opens the connection, and to dispose of it after. */
export interface HandshakeAccepted {
  readonly handshake: AcceptedHandshake;
  readonly reservation: Reservation;
}

/** Authenticates a handshake and reserves its connection. A `peek` consumes no ticket and reserves nothing. */
export async function authorizeHandshake(
  deps: AuthorizeDeps,
  request: HandshakeRequest,
  use: 'consume' | 'peek',
): Promise<Result<HandshakeAccepted, HandshakeRefusal>> {
  const { authenticator, limiter } = deps;
  const { clientId, address } = request;
  if (deps.isDraining()) return refuse('draining', 'the server is shutting down');
  const authenticated = await authenticate(authenticator, request, use);
  if (!authenticated.ok) return authenticated;
  const identity = authenticated.value;
  const reservation = await limiter.reserve({ clientId, user: identity.user.id, address }, use);
  const refusal = reservation.refusal();
  if (refusal !== null) {
    reservation[Symbol.dispose]();
    return err(refusal);
  }
  const recheck = (): Promise<IdentityState> => authenticator.revalidate(identity);
  return ok({ handshake: { clientId, identity, address, recheck }, reservation });
}

async function authenticate(
  authenticator: Authenticator,
  { token, isTrustedOrigin }: HandshakeRequest,
  use: 'consume' | 'peek',
): Promise<Result<Identity, HandshakeRefusal>> {
  if (token === null) return refuse('missing_token', 'a token is needed');
  if (token.location !== 'cookie' || isTrustedOrigin) return authenticator.authenticate(token, use);
  // Browsers also send cookies of other servers on this host: only a cookie that identifies a user gets a 403.
  const identity = await authenticator.authenticate(token, 'peek');
  return identity.ok ? refuse('forbidden_origin', 'a cookie does not count from this origin') : identity;
}
