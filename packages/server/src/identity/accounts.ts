import { err, HTTP_STATUS, ok, type HttpErrorCode, type Result, type UserId } from '@parley/protocol';
import { z } from 'zod';
import { MAX_USER_AGENT_CHARS } from '#limits.ts';
import { withAccountContext, type PreparedSignUp } from './account-transaction.ts';
import {
  ADDRESS_HEADER,
  createBetterAuth,
  BETTER_AUTH_URL,
  type BetterAuth,
  type BetterAuthDeps,
} from './better-auth.ts';
import { HashQueueFull } from './passwords.ts';
import { sessionCookieName } from './session-cookie.ts';
import { needsOwner, precheckSignUp } from './signup-policy.ts';

/** Accounts with email and password. */
export interface Accounts {
  signUp(details: SignUpDetails, from: RequestOrigin): Promise<Result<SignedIn, AccountRefusal>>;
  signIn(credentials: Credentials, from: RequestOrigin): Promise<Result<SignedIn, AccountRefusal>>;
  /** Ends all sessions of the user, including this one, and starts a new one. */
  changePassword(change: PasswordChange, from: RequestWithSession): Promise<Result<SignedIn, AccountRefusal>>;
  /** `Set-Cookie` values that renew a session in use; empty when it is not due yet. */
  renew(from: RequestWithSession): Promise<string[]>;
  /** The `Set-Cookie` value that deletes the session cookie. */
  readonly forgetCookie: string;
  /** True while no account exists. The next one owns the server and needs no invite. */
  isFirstRun(): Promise<boolean>;
  /** Null for a user who signs in with JWTs. */
  emailOf(user: UserId): Promise<string | null>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface SignUpDetails extends Credentials {
  readonly name: string;
  /** The code of an invite. */
  readonly invite: string | null;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export interface RequestOrigin {
  readonly address: string;
  readonly userAgent: string | null;
}

export interface RequestWithSession extends RequestOrigin {
  readonly authorization: string | null;
  readonly cookie: string | null;
}

export interface SignedIn {
  readonly user: UserId;
  readonly token: string;
  /** `Set-Cookie` values. */
  readonly cookies: readonly string[];
}

export interface AccountRefusal {
  readonly code: HttpErrorCode;
  readonly message: string;
}

export function createAccounts(deps: BetterAuthDeps): Accounts {
  const library = createBetterAuth(deps);
  const { publicUrl } = deps.config;
  const secure = publicUrl?.startsWith('https:') === true ? '; Secure' : '';
  return {
    signUp: (details, from) => signUp(deps, library, { details, from }),
    signIn: (credentials, from) => requestSession(library, '/sign-in/email', { body: credentials, from }),
    changePassword: (change, from) =>
      requestSession(library, '/change-password', { body: { ...change, revokeOtherSessions: true }, from }),
    async renew(from) {
      const response = await send(library, '/get-session', { from });
      return response.ok ? response.headers.getSetCookie() : [];
    },
    forgetCookie: `${sessionCookieName(publicUrl)}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`,
    isFirstRun: () => needsOwner(deps.config.signup, deps.database.kysely),
    async emailOf(user) {
      const { kysely } = deps.database;
      const row = await kysely.selectFrom('users').select('email').where('id', '=', user).executeTakeFirst();
      return row?.email ?? null;
    },
  };
}

interface SignUpRequest {
  readonly details: SignUpDetails;
  readonly from: RequestOrigin;
}

async function signUp(
  deps: BetterAuthDeps,
  library: BetterAuth,
  { details, from }: SignUpRequest,
): Promise<Result<SignedIn, AccountRefusal>> {
  const { name, email, password, invite } = details;
  const { kysely } = deps.database;
  const refusal = await precheckSignUp({ signup: deps.config.signup, invites: deps.invites }, invite, kysely);
  if (refusal !== null) return refuse(refusal);
  let passwordHash: string;
  try {
    passwordHash = await deps.passwords.hash(password);
  } catch (error) {
    if (error instanceof HashQueueFull) return refuse('unavailable');
    throw error;
  }
  const signUp: PreparedSignUp = { invite, passwordHash };
  return requestSession(library, '/sign-up/email', { body: { name, email, password }, from, signUp });
}

interface LibraryRequest {
  readonly body?: object;
  readonly from: RequestOrigin | RequestWithSession;
  readonly signUp?: PreparedSignUp;
}

const signedInReply = z.object({ token: z.string(), user: z.object({ id: z.string() }) });
const errorReply = z.object({ code: z.string().optional(), message: z.string().optional() });

async function requestSession(
  library: BetterAuth,
  path: string,
  request: LibraryRequest,
): Promise<Result<SignedIn, AccountRefusal>> {
  const response = await send(library, path, request);
  const body: unknown = await response.json();
  if (!response.ok) {
    const { code = '', message } = errorReply.parse(body);
    return refuse(toErrorCode(code, response.status), message);
  }
  const { token, user } = signedInReply.parse(body);
  return ok({ token, user: user.id, cookies: response.headers.getSetCookie() });
}

function send(library: BetterAuth, path: string, { body, from, signUp }: LibraryRequest): Promise<Response> {
  const headers = new Headers({ [ADDRESS_HEADER]: from.address });
  if (from.userAgent !== null) headers.set('user-agent', from.userAgent.slice(0, MAX_USER_AGENT_CHARS));
  if ('cookie' in from && from.cookie !== null) headers.set('cookie', from.cookie);
  if ('authorization' in from && from.authorization !== null) headers.set('authorization', from.authorization);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const request = new Request(BETTER_AUTH_URL + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return withAccountContext(signUp ?? null, () => library.handler(request));
}

function toErrorCode(code: string, status: number): HttpErrorCode {
  if (Object.hasOwn(HTTP_STATUS, code)) return code as HttpErrorCode;
  if (code.startsWith('USER_ALREADY_EXISTS')) return 'conflict';
  if (code === 'INVALID_EMAIL_OR_PASSWORD' || code === 'INVALID_PASSWORD') return 'invalid_credentials';
  if (code === 'CREDENTIAL_ACCOUNT_NOT_FOUND') return 'forbidden';
  if (status === 401) return 'invalid_token';
  return status < 500 ? 'bad_request' : 'internal';
}

const MESSAGES: Partial<Record<HttpErrorCode, string>> = {
  conflict: 'there is an account with this email address',
  forbidden: 'this account has no password',
  internal: 'something went wrong',
  invalid_credentials: 'the email address or the password is wrong',
  invite_invalid: 'this invite is invalid, expired or used up',
  invite_required: 'an account needs an invite',
  signup_closed: 'this server accepts no new accounts',
  suspended: 'this account is suspended',
  unavailable: 'too many people are signing in, try again',
};

function refuse(code: HttpErrorCode, message = ''): Result<never, AccountRefusal> {
  return err({ code, message: MESSAGES[code] ?? message });
}
