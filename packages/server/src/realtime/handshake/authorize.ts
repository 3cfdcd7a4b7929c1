import type { IncomingMessage } from 'node:http';
import {
  CLIENT_ID_PATTERN,
  HTTP_STATUS,
  err,
  ok,
  type HttpErrorBody,
  type HttpErrorCode,
  type Result,
} from '@parley/protocol';
import type { Config } from '#config/config.ts';
import type { Authenticator, Identity, IdentityState } from '#identity/authenticator.ts';
import { isTrustedOrigin } from '#identity/trusted-origin.ts';
import { RETRY_AFTER_S } from '#limits.ts';
import type { Reservation, ConnectionLimiter } from './connection-limits.ts';
import { extractToken, requestTarget } from './extract-token.ts';

export interface HandshakeDeps {
  readonly authenticator: Authenticator;
  readonly limiter: ConnectionLimiter;
  readonly config: Pick<Config, 'publicUrl' | 'allowedOrigins'>;
  readonly isDraining: () => boolean;
  /** The address to count connections of. */
  readonly addressOf: (request: IncomingMessage) => string;
}

export interface AcceptedHandshake {
  readonly clientId: string;
  readonly identity: Identity;
  readonly address: string;
  /** The verdict took time, in which nobody told this connection that its session ended: so it asks once more. */
  readonly recheck: () => Promise<IdentityState>;
}

/** What to accept, and the room for it: to be looked at again in that step, and to be disposed of after it. */
export interface HandshakeAccepted {
  readonly admission: AcceptedHandshake;
  readonly place: Reservation;
}

export interface HandshakeRefusal {
  readonly code: HttpErrorCode;
  readonly message: string;
}

const PATH = /^\/ws\/([^/]*)$/;

export function isHandshakePath(request: IncomingMessage): boolean {
  return PATH.test(requestTarget(request).path);
}

/**
 * The verdict on a handshake, before any upgrade. A plain GET of the same address is judged by the same rules, only that
 * it doesn't use a ticket up.
 */
export async function authorizeHandshake(
  deps: HandshakeDeps,
  request: IncomingMessage,
  use: 'consume' | 'peek',
): Promise<Result<HandshakeAccepted, HandshakeRefusal>> {
  const clientId = PATH.exec(requestTarget(request).path)?.[1] ?? '';
  if (!CLIENT_ID_PATTERN.test(clientId)) {
    return refuse('invalid_client_id', 'a clientId has 8 to 64 letters, digits, _ or -');
  }
  if (deps.isDraining()) return refuse('draining', 'the server is shutting down');
  const identity = await proveUser(deps, request, use);
  if (!identity.ok) return identity;
  const recheck = (): Promise<IdentityState> => deps.authenticator.revalidate(identity.value);
  const address = deps.addressOf(request);
  const place = await deps.limiter.reserve({ clientId, user: identity.value.user.id, address }, use);
  const refusal = place.refusal();
  if (refusal === null) return ok({ admission: { clientId, identity: identity.value, address, recheck }, place });
  place[Symbol.dispose]();
  return err(refusal);
}

async function proveUser(
  deps: HandshakeDeps,
  request: IncomingMessage,
  use: 'consume' | 'peek',
): Promise<Result<Identity, HandshakeRefusal>> {
  const presented = extractToken(request);
  if (presented === null) return refuse('missing_token', 'a token is needed');
  if (presented.place !== 'cookie') return deps.authenticator.authenticate(presented, use);
  if (isTrustedOrigin(request, deps.config)) return deps.authenticator.authenticate(presented, use);
  // A browser sends cookies of other servers on this host too: only one that proves a user is worth a 403.
  const identity = await deps.authenticator.authenticate(presented, 'peek');
  return identity.ok ? refuse('forbidden_origin', 'a cookie does not count from this origin') : identity;
}

function refuse(code: HttpErrorCode, message: string): { readonly ok: false; readonly error: HandshakeRefusal } {
  return err({ code, message });
}

/** A verdict as a whole HTTP response. */
export function toResponse({ code, message }: HandshakeRefusal): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const body: HttpErrorBody = { error: { code, message } };
  const retryAfter =
    code === 'too_many_connections'
      ? RETRY_AFTER_S.tooManyConnections
      : code === 'draining'
        ? RETRY_AFTER_S.draining
        : null;
  return {
    status: HTTP_STATUS[code],
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(retryAfter === null ? {} : { 'Retry-After': String(retryAfter) }),
      ...(code === 'upgrade_required' ? { Upgrade: 'websocket' } : {}),
      ...(code === 'bad_request' ? { 'Sec-WebSocket-Version': '13' } : {}),
    },
    body: JSON.stringify(body),
  };
}
