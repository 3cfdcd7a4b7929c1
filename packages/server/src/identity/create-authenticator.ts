import { err, ok, type Result } from '@parley/protocol';
import { MAX_TOKEN_CHARS } from '#limits.ts';
import type { SessionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import type { Authenticator, Identity, IdentityState, IdentityToCheck, TokenRefusal } from './authenticator.ts';
import type { GeneralMembership } from './default-membership.ts';
import { looksLikeJwt, type JwtVerifier } from './jwt.ts';
import { TICKET_PREFIX, type Tickets } from './memory-tickets.ts';
import { cookieValue, sessionTokenIn } from './session-cookie.ts';
import type { FoundSession, Sessions } from './sessions.ts';

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

/** An expired session is over as well: whoever stays connected that long is not asked otherwise. */
async function recheckAll(deps: AuthenticatorDeps, proofs: readonly IdentityToCheck[]): Promise<IdentityState[]> {
  const sessionIds = proofs.flatMap(({ session }) => session ?? []);
  const userIds = proofs.flatMap(({ session, user }) => (session === null ? [user] : []));
  const [sessions, users] = await Promise.all([
    sessionIds.length === 0 ? [] : deps.sessions.findMany(sessionIds),
    userIds.length === 0 ? [] : deps.users.findMany(userIds),
  ]);
  const bySession = new Map(sessions.map((session) => [session.id, session]));
  const byId = new Map(users.map((user) => [user.id, user]));
  return proofs.map(({ user, session: id }) => {
    const session = id === null ? null : (bySession.get(id) ?? null);
    if (session !== null && session.expiresAt <= deps.clock.now()) return 'ended';
    const known = id === null ? byId.get(user) : session?.user;
    if (known === undefined) return 'ended';
    return known.suspended ? 'suspended' : 'good';
  });
}

type Verdict = Result<Identity, TokenRefusal>;

/**
 * Who a token proves. A session costs one indexed query, a JWT two at most (one of them once for each user and process);
 * no password is ever hashed here.
 */
export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  return {
    async authenticate(presented, use) {
      if (presented.location === 'cookie') {
        const value = cookieValue(presented.cookie, deps.cookieName);
        return value === null ? refuse('missing_token', 'a token is needed') : proveSession(deps, value);
      }
      const { location, token } = presented;
      if (token === '') return refuse('missing_token', 'a token is needed');
      if (token.length > MAX_TOKEN_CHARS) return invalid();
      if (token.startsWith(TICKET_PREFIX)) return proveTicket(deps, token, use);
      if (looksLikeJwt(token)) return proveJwt(deps, token);
      return location === 'query' ? refuseInQuery(deps, token) : proveSession(deps, token);
    },
    async revalidate({ user, session }) {
      const found = session === null ? null : await deps.sessions.find(session);
      const known = session === null ? await deps.users.find(user.id) : (found?.user ?? null);
      if (known === null) return 'ended';
      return known.suspended ? 'suspended' : 'good';
    },
    revalidateAll: (proofs) => recheckAll(deps, proofs),
  };
}

async function proveSession(deps: AuthenticatorDeps, value: string): Promise<Verdict> {
  const session = await findSession(deps, value);
  if (session === null) return invalid();
  if (session.user.suspended) return suspended();
  if (session.expiresAt <= deps.clock.now()) return refuse('expired_token', 'the session has ended');
  return prove(deps, session.user, session);
}

/**
 * Addresses end up in logs, so what works in a header is not taken from one. That it is a session is told only to who
 * has it; anything else is as invalid here as anywhere.
 */
async function refuseInQuery(deps: AuthenticatorDeps, token: string): Promise<Verdict> {
  const session = await findSession(deps, token);
  if (session === null) return invalid();
  return refuse('session_token_in_url', 'a session token does not belong into an address: ask for a ticket');
}

async function findSession({ sessions, secret }: AuthenticatorDeps, value: string): Promise<FoundSession | null> {
  const token = sessionTokenIn(value, secret);
  return token === null || token === '' || token.includes('\0') ? null : sessions.findByToken(token);
}

async function proveTicket(deps: AuthenticatorDeps, ticket: string, use: 'consume' | 'peek'): Promise<Verdict> {
  const holder = await deps.tickets[use](ticket);
  if (holder === 'unknown') return invalid();
  if (holder === 'expired') return refuse('expired_token', 'the ticket has expired');
  if (holder.session !== null) {
    // Signing out takes the tickets of the session along.
    const session = await deps.sessions.find(holder.session);
    if (session === null) return invalid();
    if (session.user.suspended) return suspended();
    if (session.expiresAt <= deps.clock.now()) return refuse('expired_token', 'the session has ended');
    return prove(deps, session.user, session);
  }
  const user = await deps.users.find(holder.user);
  return proveWithoutSession(deps, user, holder.credentialExpiresAt);
}

async function proveJwt(deps: AuthenticatorDeps, token: string): Promise<Verdict> {
  const claims = await deps.jwt.verify(token);
  if (claims === 'invalid') return invalid();
  if (claims === 'expired') return refuse('expired_token', 'the token has expired');
  const { subject, name, expiresAt } = claims;
  const user = (await deps.users.findBySubject(subject)) ?? (await deps.users.createForSubject(subject, name));
  // Nothing else greets these users, and a crash between making one and greeting them must not leave them out for ever.
  if (!user.suspended && !deps.generalMembership.isEnsured(user.id)) await deps.generalMembership.ensure(user.id);
  return proveWithoutSession(deps, user, expiresAt);
}

async function proveWithoutSession(
  deps: AuthenticatorDeps,
  user: UserRecord | null,
  expiresAt: number,
): Promise<Verdict> {
  if (user === null) return invalid();
  if (user.suspended) return suspended();
  if (expiresAt <= deps.clock.now()) return refuse('expired_token', 'the token has expired');
  return prove(deps, user, { id: null, expiresAt });
}

async function prove(
  { generalMembership }: AuthenticatorDeps,
  user: UserRecord,
  { id: session, expiresAt }: { readonly id: SessionId | null; readonly expiresAt: number },
): Promise<Verdict> {
  if (generalMembership.hasFailed(user.id)) await generalMembership.ensure(user.id);
  return ok({ user, session, expiresAt });
}

function invalid(): Verdict {
  return refuse('invalid_token', 'the token proves nothing');
}

function suspended(): Verdict {
  return refuse('suspended', 'this account is suspended');
}

function refuse(code: TokenRefusal['code'], message: string): Verdict {
  return err({ code, message });
}
