import type { HttpErrorCode, Result, UserId } from '@parley/protocol';
import type { SessionId } from '#ports/bus.ts';
import type { UserRecord } from '#ports/users.ts';

/** Where a token was found; each place takes only some kinds. */
export type TokenSource =
  | { readonly location: 'header' | 'subprotocol' | 'query'; readonly token: string }
  /** The raw `Cookie` header; counts only when the caller has checked the origin. */
  | { readonly location: 'cookie'; readonly cookie: string };

/** A user proven by a session, a JWT or a ticket. */
export interface Identity {
  readonly user: UserRecord;
  /** The session behind it, also behind a ticket: when it ends, its sockets close. Null for a JWT. */
  readonly session: SessionId | null;
  /** When the proof itself ends, milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type TokenRefusal = {
  readonly code: Extract<
    HttpErrorCode,
    'missing_token' | 'invalid_token' | 'expired_token' | 'session_token_in_url' | 'suspended'
  >;
  readonly message: string;
};

export interface Authenticator {
  /** `use: 'consume'` uses a ticket up; `'peek'` (a plain GET that asks for the verdict) leaves it good. */
  authenticate(source: TokenSource, use: 'consume' | 'peek'): Promise<Result<Identity, TokenRefusal>>;
  /** What has become of a proof, for whoever hears of endings only from now on. */
  revalidate(identity: Identity): Promise<IdentityState>;
  /** The same of many, in the order of the question: one query for the sessions, one for the users without. */
  revalidateAll(identities: readonly IdentityToCheck[]): Promise<IdentityState[]>;
}

export interface IdentityToCheck {
  readonly user: UserId;
  readonly session: SessionId | null;
}

export type IdentityState = 'good' | 'ended' | 'suspended';
