import { err, ok, type Result } from '@parley/protocol';
import { MAX_TOKEN_CHARS } from '#limits.ts';
import type { SessionId } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import type { Authenticator, Proof, ProofState, ProofToCheck, TokenRefusal } from './authenticator.ts';
import type { Welcome } from './default-membership.ts';
import { looksLikeJwt, type JwtVerifier } from './jwt.ts';
import { TICKET_PREFIX, type Tickets } from './memory-tickets.ts';
import { cookieValue, sessionTokenIn } from './session-cookie.ts';
import type { FoundSession, Sessions } from './sessions.ts';

export interface AuthenticatorParts {
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly jwt: JwtVerifier;
  readonly users: Users;
  readonly welcome: Welcome;
  readonly clock: Clock;
  /** Signs session cookies. */
  readonly secret: string;
  readonly cookieName: string;
}

/** An expired session is over as well: whoever stays connected that long is not asked otherwise. */
async function recheckAll(parts: AuthenticatorParts, proofs: readonly ProofToCheck[]): Promise<ProofState[]> {
  const sessionIds = proofs.flatMap(({ session }) => session ?? []);
  const userIds = proofs.flatMap(({ session, user }) => (session === null ? [user] : []));
  const [sessions, users] = await Promise.all([
    sessionIds.length === 0 ? [] : parts.sessions.findMany(sessionIds),
    userIds.length === 0 ? [] : parts.users.findMany(userIds),
  ]);
  const bySession = new Map(sessions.map((session) => [session.id, session]));
  const byId = new Map(users.map((user) => [user.id, user]));
  return proofs.map(({ user, session: id }) => {
    const session = id === null ? null : (bySession.get(id) ?? null);
    if (session !== null && session.expiresAt <= parts.clock.now()) return 'ended';
    const known = id === null ? byId.get(user) : session?.user;
    if (known === undefined) return 'ended';
    return known.suspended ? 'suspended' : 'good';
  });
}

type Verdict = Result<Proof, TokenRefusal>;

/**
 * Who a token proves. A session costs one indexed query, a JWT two at most (one of them once for each user and process);
 * no password is ever hashed here.
 */
export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  return {
    async authenticate(presented, use) {
      if (presented.place === 'cookie') {
        const value = cookieValue(presented.cookie, parts.cookieName);
        return value === null ? refuse('missing_token', 'a token is needed') : proveSession(parts, value);
      }
      const { place, token } = presented;
      if (token === '') return refuse('missing_token', 'a token is needed');
      if (token.length > MAX_TOKEN_CHARS) return invalid();
      if (token.startsWith(TICKET_PREFIX)) return proveTicket(parts, token, use);
      if (looksLikeJwt(token)) return proveJwt(parts, token);
      return place === 'query' ? refuseInQuery(parts, token) : proveSession(parts, token);
    },
    async recheck({ user, session }) {
      const found = session === null ? null : await parts.sessions.find(session);
      const known = session === null ? await parts.users.find(user.id) : (found?.user ?? null);
      if (known === null) return 'ended';
      return known.suspended ? 'suspended' : 'good';
    },
    recheckAll: (proofs) => recheckAll(parts, proofs),
  };
}

async function proveSession(parts: AuthenticatorParts, value: string): Promise<Verdict> {
  const session = await findSession(parts, value);
  if (session === null) return invalid();
  if (session.user.suspended) return suspended();
  if (session.expiresAt <= parts.clock.now()) return refuse('expired_token', 'the session has ended');
  return prove(parts, session.user, session);
}

/**
 * Addresses end up in logs, so what works in a header is not taken from one. That it is a session is told only to who
 * has it; anything else is as invalid here as anywhere.
 */
async function refuseInQuery(parts: AuthenticatorParts, token: string): Promise<Verdict> {
  const session = await findSession(parts, token);
  if (session === null) return invalid();
  return refuse('session_token_in_url', 'a session token does not belong into an address: ask for a ticket');
}

async function findSession({ sessions, secret }: AuthenticatorParts, value: string): Promise<FoundSession | null> {
  const token = sessionTokenIn(value, secret);
  return token === null || token === '' || token.includes('\0') ? null : sessions.findByToken(token);
}

async function proveTicket(parts: AuthenticatorParts, ticket: string, use: 'spend' | 'look'): Promise<Verdict> {
  const holder = await parts.tickets[use](ticket);
  if (holder === 'unknown') return invalid();
  if (holder === 'expired') return refuse('expired_token', 'the ticket has expired');
  if (holder.session !== null) {
    // Signing out takes the tickets of the session along.
    const session = await parts.sessions.find(holder.session);
    if (session === null) return invalid();
    if (session.user.suspended) return suspended();
    if (session.expiresAt <= parts.clock.now()) return refuse('expired_token', 'the session has ended');
    return prove(parts, session.user, session);
  }
  const user = await parts.users.find(holder.user);
  return proveWithoutSession(parts, user, holder.proofExpiresAt);
}

async function proveJwt(parts: AuthenticatorParts, token: string): Promise<Verdict> {
  const claims = await parts.jwt.verify(token);
  if (claims === 'invalid') return invalid();
  if (claims === 'expired') return refuse('expired_token', 'the token has expired');
  const { subject, name, expiresAt } = claims;
  const user = (await parts.users.findBySubject(subject)) ?? (await parts.users.createForSubject(subject, name));
  // Nothing else greets these users, and a crash between making one and greeting them must not leave them out for ever.
  if (!user.suspended && !parts.welcome.isGreeted(user.id)) await parts.welcome.greet(user.id);
  return proveWithoutSession(parts, user, expiresAt);
}

async function proveWithoutSession(
  parts: AuthenticatorParts,
  user: UserRecord | null,
  expiresAt: number,
): Promise<Verdict> {
  if (user === null) return invalid();
  if (user.suspended) return suspended();
  if (expiresAt <= parts.clock.now()) return refuse('expired_token', 'the token has expired');
  return prove(parts, user, { id: null, expiresAt });
}

async function prove(
  { welcome }: AuthenticatorParts,
  user: UserRecord,
  { id: session, expiresAt }: { readonly id: SessionId | null; readonly expiresAt: number },
): Promise<Verdict> {
  if (welcome.isOwed(user.id)) await welcome.greet(user.id);
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
