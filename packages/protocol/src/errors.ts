const REFUSED = { retry: false, show: true } as const;
const OVERLOADED = { retry: true, show: false } as const;

/** How a client handles each error code: whether the same request may be retried, and whether the user sees the error. */
export const ERROR_POLICY = {
  bad_request: REFUSED,
  too_large: REFUSED,
  /** Also for what the user may not see: absent and forbidden look alike. */
  not_found: REFUSED,
  forbidden: REFUSED,
  conflict: REFUSED,
  rate_limited: OVERLOADED,
  unavailable: OVERLOADED,
  internal: { retry: true, show: true },
} as const satisfies Record<string, { readonly retry: boolean; readonly show: boolean }>;

export type ErrorCode = keyof typeof ERROR_POLICY;

/** Error codes of refused handshakes and HTTP requests, with their status. Body: `{"error":{"code","message"}}`. */
export const HTTP_STATUS = {
  bad_request: 400,
  invalid_client_id: 400,
  session_token_in_url: 400,
  invalid_token: 401,
  expired_token: 401,
  missing_token: 401,
  /** Email and password do not match, or the current password is wrong. */
  invalid_credentials: 401,
  forbidden: 403,
  forbidden_origin: 403,
  client_id_taken: 403,
  suspended: 403,
  /** Sign-up requires an invite code. */
  invite_required: 403,
  /** The invite code is unknown, expired, revoked or used up. */
  invite_invalid: 403,
  signup_closed: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  upgrade_required: 426,
  rate_limited: 429,
  too_many_connections: 429,
  internal: 500,
  draining: 503,
  unavailable: 503,
} as const;

export type HttpErrorCode = keyof typeof HTTP_STATUS;

export interface HttpErrorBody {
  readonly error: { readonly code: HttpErrorCode; readonly message: string };
}
