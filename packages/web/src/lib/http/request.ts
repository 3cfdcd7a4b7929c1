import { err, ok, type HttpErrorBody, type HttpErrorCode, type Result } from '@parley/protocol';

/** Why a request failed. `describeError` turns it into text for the user. */
export type ApiError =
  | { readonly kind: 'refused'; readonly status: number; readonly code: HttpErrorCode; readonly message: string }
  /** No network, no server, or a response that is not from Parley. */
  | { readonly kind: 'unreachable' };

export type ApiResult<T> = Promise<Result<T, ApiError>>;

const TIMEOUT_MS = 20_000;

/** Sends a same-origin request with the session cookie. Never throws. A response without a body is null. */
export async function request<T>(method: string, path: string, body?: object): ApiResult<T> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text === '' ? null : JSON.parse(text);
    if (response.ok) return ok(json as T);
    return err(isErrorBody(json) ? refusal(response.status, json) : { kind: 'unreachable' });
  } catch {
    return err({ kind: 'unreachable' });
  }
}

/** The text for the user. `overrides` replaces texts of codes that have a special meaning for a form. */
export function describeError(error: ApiError, overrides: Partial<Record<HttpErrorCode, string>> = {}): string {
  if (error.kind === 'unreachable') return "Couldn't reach the server. Check your connection and try again.";
  return overrides[error.code] ?? MESSAGES[error.code] ?? 'Something went wrong. Try again in a moment.';
}

const MESSAGES: Partial<Record<HttpErrorCode, string>> = {
  missing_token: 'You are signed out. Sign in again.',
  invalid_token: 'You are signed out. Sign in again.',
  expired_token: 'You are signed out. Sign in again.',
  bad_request: "That doesn't look right. Check what you entered.",
  forbidden: "You don't have permission to do that.",
  suspended: 'This account is suspended.',
  not_found: "That doesn't exist any more.",
  too_large: "That's too long.",
  rate_limited: 'That was a bit fast. Wait a moment and try again.',
  unavailable: "The server can't store anything right now. Try again in a moment.",
  draining: 'The server is restarting. Try again in a moment.',
};

function refusal(status: number, body: HttpErrorBody): ApiError {
  return { kind: 'refused', status, code: body.error.code, message: body.error.message };
}

function isErrorBody(json: unknown): json is HttpErrorBody {
  if (typeof json !== 'object' || json === null || !('error' in json)) return false;
  const { error } = json;
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
