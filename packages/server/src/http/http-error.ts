import { HTTP_STATUS, type HttpErrorBody, type HttpErrorCode, type Result } from '@parley/protocol';

/** The error that a response reports. */
export interface HttpRefusal {
  readonly code: HttpErrorCode;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/**
 * Carries a refusal to the error handler. Elsewhere refusals are values; a route has nothing left to decide once it is
 * refused, so it throws.
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly refusal: HttpRefusal;

  constructor(refusal: HttpRefusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export function refuse(code: HttpErrorCode, message: string): never {
  throw new HttpError({ code, message });
}

/** Returns the value, or throws the refusal, which ends the request. */
export function unwrapOrThrow<T>(outcome: Result<T, HttpRefusal>): T {
  if (!outcome.ok) throw new HttpError(outcome.error);
  return outcome.value;
}

export function refusalResponse({ code, message, retryAfterMs }: HttpRefusal): Response {
  const body: HttpErrorBody = { error: { code, message } };
  const headers: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
  return Response.json(body, { status: HTTP_STATUS[code], headers });
}
