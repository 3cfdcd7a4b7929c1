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
import type { Authenticator, Proof, ProofState } from '#identity/authenticator.ts';
import { isTrustedOrigin } from '#identity/trusted-origin.ts';
import { RETRY_AFTER_S } from '#limits.ts';
import type { Place, Room } from './connection-limits.ts';
import { presentedToken, requestTarget } from './extract-token.ts';

export interface HandshakeParts {
  readonly authenticator: Authenticator;
  readonly room: Room;
  readonly config: Pick<Config, 'publicUrl' | 'allowedOrigins'>;
  readonly isDraining: () => boolean;
  /** The address to count connections of. */
  readonly addressOf: (request: IncomingMessage) => string;
}

export interface Admission {
  readonly clientId: string;
  readonly proof: Proof;
  readonly address: string;
  /** The verdict took time, in which nobody told this connection that its session ended: so it asks once more. */
  readonly recheck: () => Promise<ProofState>;
}

/** What to accept, and the room for it: to be looked at again in that step, and to be disposed of after it. */
export interface Admitted {
  readonly admission: Admission;
  readonly place: Place;
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
export async function judge(
  parts: HandshakeParts,
  request: IncomingMessage,
  use: 'spend' | 'look',
): Promise<Result<Admitted, HandshakeRefusal>> {
  const clientId = PATH.exec(requestTarget(request).path)?.[1] ?? '';
  if (!CLIENT_ID_PATTERN.test(clientId)) {
    return refuse('invalid_client_id', 'a clientId has 8 to 64 letters, digits, _ or -');
  }
  if (parts.isDraining()) return refuse('draining', 'the server is shutting down');
  const proof = await proveUser(parts, request, use);
  if (!proof.ok) return proof;
  const recheck = (): Promise<ProofState> => parts.authenticator.recheck(proof.value);
  const address = parts.addressOf(request);
  const place = await parts.room.seek({ clientId, user: proof.value.user.id, address }, use);
  const refusal = place.whyNone();
  if (refusal === null) return ok({ admission: { clientId, proof: proof.value, address, recheck }, place });
  place[Symbol.dispose]();
  return err(refusal);
}

async function proveUser(
  parts: HandshakeParts,
  request: IncomingMessage,
  use: 'spend' | 'look',
): Promise<Result<Proof, HandshakeRefusal>> {
  const presented = presentedToken(request);
  if (presented === null) return refuse('missing_token', 'a token is needed');
  if (presented.place !== 'cookie') return parts.authenticator.authenticate(presented, use);
  if (isTrustedOrigin(request, parts.config)) return parts.authenticator.authenticate(presented, use);
  // A browser sends cookies of other servers on this host too: only one that proves a user is worth a 403.
  const proof = await parts.authenticator.authenticate(presented, 'look');
  return proof.ok ? refuse('forbidden_origin', 'a cookie does not count from this origin') : proof;
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
