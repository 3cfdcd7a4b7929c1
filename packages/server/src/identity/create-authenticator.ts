import { err, ok, type Result } from '@parley/protocol';
import { MAX_TOKEN_CHARS } from '#limits.ts';
import type { SessionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import type { Authenticator, Identity, IdentityState, IdentityToCheck, TokenRefusal } from './authenticator.ts';
import type { GeneralMembership } from './default-membership.ts';
import { looksLikeJwt, type JwtVerifier } from './jwt.ts';
import { cookieValue, sessionTokenIn } from './session-cookie.ts';
import type { FoundSession, Sessions } from './sessions.ts';
import { TICKET_PREFIX, type Tickets } from './tickets.ts';

export interface AuthenticatorDeps {
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly jwt: JwtVerifier;
  readonly users: Users;
  readonly generalMembership: GeneralMembership;
  readonly clock: Clock;
  /** Signs session cookies. */
  readonly secret: string;
  readonly cookieName: string;
}

/** Also ends expired sessions: a connection authenticates only once and can outlive its session. */
async function revalidateAll(
  deps: AuthenticatorDeps,
  identities: readonly IdentityToCheck[],
): Promise<IdentityState[]> {
  const sessionIds = identities.flatMap(({ session }) => session ?? []);
  const userIds = identities.flatMap(({ session, user }) => (session === null ? [user] : []));
  const [sessions, users] = await Promise.all([
    sessionIds.length === 0 ? [] : deps.sessions.findMany(sessionIds),
    userIds.length === 0 ? [] : deps.users.findMany(userIds),
  ]);
  const bySession = new Map(sessions.map((session) => [session.id, session]));
  const byId = new Map(users.map((user) => [user.id, user]));
  return identities.map(({ user, session: id }) => {
    const session = id === null ? null : (bySession.get(id) ?? null);
    if (session !== null && session.expiresAt <= deps.clock.now()) return 'ended';
    const record = id === null ? byId.get(user) : session?.user;
    if (record === undefined) return 'ended';
    return record.suspended ? 'suspended' : 'valid';
  });
}

type AuthenticationResult = Result<Identity, TokenRefusal>;

/**
 * Resolves tokens to users. A session costs one indexed query, a JWT two at most (one of them once per user and process).
 * No password is hashed here.
 */
export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  return {
    async authenticate(source, use) {
      if (source.location === 'cookie') {
        const value = cookieValue(source.cookie, deps.cookieName);
        return value === null ? refuse('missing_token', 'a token is needed') : authenticateSession(deps, value);
      }
      const { location, token } = source;
      if (token === '') return refuse('missing_token', 'a token is needed');
      if (token.length > MAX_TOKEN_CHARS) return invalid();
      if (token.startsWith(TICKET_PREFIX)) return authenticateTicket(deps, token, use);
      if (looksLikeJwt(token)) return authenticateJwt(deps, token);
      return location === 'query' ? refuseInQuery(deps, token) : authenticateSession(deps, token);
    },
    async revalidate({ user, session }) {
      const found = session === null ? null : await deps.sessions.find(session);
      const record = session === null ? await deps.users.find(user.id) : (found?.user ?? null);
      if (record === null) return 'ended';
      return record.suspended ? 'suspended' : 'valid';
    },
    revalidateAll: (identities) => revalidateAll(deps, identities),
  };
}

async function authenticateSession(deps: AuthenticatorDeps, value: string): Promise<AuthenticationResult> {
  const session = await findSession(deps, value);
  if (session === null) return invalid();
  if (session.user.suspended) return suspended();
  if (session.expiresAt <= deps.clock.now()) return refuse('expired_token', 'the session has ended');
  return toIdentity(deps, session.user, session);
}

/**
 * Refuses session tokens in URLs, because URLs end up in logs. Only the holder of an existing session learns this reason;
 * any other token is just invalid.
 */
async function refuseInQuery(deps: AuthenticatorDeps, token: string): Promise<AuthenticationResult> {
  const session = await findSession(deps, token);
  if (session === null) return invalid();
  return refuse('session_token_in_url', 'a session token is not allowed in a URL: request a ticket');
}

async function findSession({ sessions, secret }: AuthenticatorDeps, value: string): Promise<FoundSession | null> {
  const token = sessionTokenIn(value, secret);
  return token === null || token === '' || token.includes('\0') ? null : sessions.findByToken(token);
}

async function authenticateTicket(
  deps: AuthenticatorDeps,
  ticket: string,
  use: 'consume' | 'peek',
): Promise<AuthenticationResult> {
  const holder = await deps.tickets[use](ticket);
  if (holder === 'unknown') return invalid();
  if (holder === 'expired') return refuse('expired_token', 'the ticket has expired');
  if (holder.session !== null) {
    // A sign-out also invalidates the tickets of the session.
    const session = await deps.sessions.find(holder.session);
    if (session === null) return invalid();
    if (session.user.suspended) return suspended();
    if (session.expiresAt <= deps.clock.now()) return refuse('expired_token', 'the session has ended');
    return toIdentity(deps, session.user, session);
  }
  const user = await deps.users.find(holder.user);
  return authenticateWithoutSession(deps, user, holder.credentialExpiresAt);
}

async function authenticateJwt(deps: AuthenticatorDeps, token: string): Promise<AuthenticationResult> {
  const claims = await deps.jwt.verify(token);
  if (claims === 'invalid') return invalid();
  if (claims === 'expired') return refuse('expired_token', 'the token has expired');
  const { subject, name, expiresAt } = claims;
  const user = (await deps.users.findBySubject(subject)) ?? (await deps.users.createForSubject(subject, name));
  // These users have no sign-up that joins #general, and a crash after creating one must not leave them out forever.
  if (!user.suspended && !deps.generalMembership.isEnsured(user.id)) await deps.generalMembership.ensure(user.id);
  return authenticateWithoutSession(deps, user, expiresAt);
}

async function authenticateWithoutSession(
  deps: AuthenticatorDeps,
  user: UserRecord | null,
  expiresAt: number,
): Promise<AuthenticationResult> {
  if (user === null) return invalid();
  if (user.suspended) return suspended();
  if (expiresAt <= deps.clock.now()) return refuse('expired_token', 'the token has expired');
  return toIdentity(deps, user, { id: null, expiresAt });
}

async function toIdentity(
  { generalMembership }: AuthenticatorDeps,
  user: UserRecord,
  { id: session, expiresAt }: { readonly id: SessionId | null; readonly expiresAt: number },
): Promise<AuthenticationResult> {
  if (generalMembership.hasFailed(user.id)) await generalMembership.ensure(user.id);
  return ok({ user, session, expiresAt });
}

function invalid(): AuthenticationResult {
  return refuse('invalid_token', 'the token is invalid');
}

function suspended(): AuthenticationResult {
  return refuse('suspended', 'this account is suspended');
}

function refuse(code: TokenRefusal['code'], message: string): AuthenticationResult {
  return err({ code, message });
}
