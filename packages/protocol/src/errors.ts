/** What a client does with each error code: may the very same request be tried again, and does the user see it. */
export const ERROR_POLICY = {
  bad_request: { retry: false, show: true },
  too_large: { retry: false, show: true },
  /** Also for what the user may not see: absent and forbidden look alike. */
  not_found: { retry: false, show: true },
  forbidden: { retry: false, show: true },
  conflict: { retry: false, show: true },
  rate_limited: { retry: true, show: false },
  unavailable: { retry: true, show: false },
  internal: { retry: true, show: true },
} as const satisfies Record<string, { readonly retry: boolean; readonly show: boolean }>;

export type ErrorCode = keyof typeof ERROR_POLICY;

/** Codes of refused handshakes and HTTP requests, with their status. Body: `{"error":{"code","message"}}`. */
export const HTTP_STATUS = {
  bad_request: 400,
  invalid_client_id: 400,
  session_token_in_url: 400,
  invalid_token: 401,
  expired_token: 401,
  missing_token: 401,
  /** Email and password, or the current password, do not fit. */
  invalid_credentials: 401,
  forbidden: 403,
  forbidden_origin: 403,
  client_id_taken: 403,
  suspended: 403,
  /** Sign-up needs the code of an invite. */
  invite_required: 403,
  /** No such code, or it is expired, revoked or used up. */
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
