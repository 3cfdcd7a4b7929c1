import type { HttpErrorCode, Result, UserId } from '@parley/protocol';
import type { SessionId } from '#ports/bus.ts';
import type { UserRecord } from '#ports/users.ts';

/** Where a token was found. Each location accepts only some kinds of tokens. */
export type TokenSource =
  | { readonly location: 'header' | 'subprotocol' | 'query'; readonly token: string }
  /** The raw `Cookie` header. The caller must have checked the origin. */
  | { readonly location: 'cookie'; readonly cookie: string };

/** A user authenticated by a session, a JWT or a ticket. */
export interface Identity {
  readonly user: UserRecord;
  /** The session, also of a ticket. Its sockets close when it ends. Null for a JWT. */
  readonly session: SessionId | null;
  /** When the session or JWT expires, in milliseconds since the epoch. */
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
  /** `'consume'` invalidates a ticket; `'peek'`, for a plain GET that probes the handshake, does not. */
  authenticate(source: TokenSource, use: 'consume' | 'peek'): Promise<Result<Identity, TokenRefusal>>;
  /** The current state of an identity, for a connection that missed earlier notifications of its end. */
  revalidate(identity: Identity): Promise<IdentityState>;
  /** The states of many, in the order of the argument: one query for sessions, one for users without a session. */
  revalidateAll(identities: readonly IdentityToCheck[]): Promise<IdentityState[]>;
}

export interface IdentityToCheck {
  readonly user: UserId;
  readonly session: SessionId | null;
}

export type IdentityState = 'valid' | 'ended' | 'suspended';
