import { err, HTTP_STATUS, type HttpErrorBody, type HttpErrorCode } from '@parley/protocol';
import { RETRY_AFTER_S } from '#limits.ts';

/** Why a handshake is not accepted. */
export interface HandshakeRefusal {
  readonly code: HttpErrorCode;
  /** English, for developers. */
  readonly message: string;
}

export function refuse(code: HttpErrorCode, message: string): { readonly ok: false; readonly error: HandshakeRefusal } {
  return err({ code, message });
}

/** A refusal as a whole HTTP response. */
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
