import type { Context, MiddlewareHandler } from 'hono';
import type { TokenSource } from '#identity/authenticator.ts';
import { TICKET_PREFIX } from '#identity/memory-tickets.ts';
import { isTrustedOrigin } from '#identity/trusted-origin.ts';
import type { HttpEnv, HttpDeps } from './context.ts';
import { unwrapOrThrow, refuse } from './http-error.ts';

type TrustDeps = Pick<HttpDeps, 'authenticator' | 'config'>;

/** Lets a request through that proves a user, by a bearer token or the session cookie. */
export function requireUser({ authenticator, config }: TrustDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const presented = extractToken(c);
    if (presented === null) return refuse('missing_token', 'a token is needed');
    if (presented.location === 'header' && presented.token.startsWith(TICKET_PREFIX)) {
      // It could be exchanged for the next one, and so would be good for ever.
      return refuse('invalid_token', 'a ticket opens a WebSocket and nothing else');
    }
    const identity = unwrapOrThrow(await authenticator.authenticate(presented, 'consume'));
    // Any page can make a browser send the cookie along. Reading is harmless: that page can't see the answer.
    if (presented.location === 'cookie' && changesSomething(c) && !comesFromTrustedOrigin(c, config)) {
      return refuse('forbidden_origin', 'a cookie does not count from this origin');
    }
    c.set('identity', identity);
    await next();
  };
}

/** For requests that need no proof but set the session cookie: another site must not sign its visitors in as someone. */
export function requireSameOrigin(config: TrustDeps['config']): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (c.req.header('origin') !== undefined && !comesFromTrustedOrigin(c, config)) {
      return refuse('forbidden_origin', 'this origin may not sign people in');
    }
    await next();
  };
}

/** For what only the owner and admins may do. Comes after `requireUser`. */
export const requireAdmin: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.get('identity').user.role === 'member') return refuse('forbidden', 'only the owner and admins may do this');
  await next();
};

/** The token of a request, from the first place that has one. Never from the address. */
export function extractToken(c: Context<HttpEnv>): TokenSource | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) return { location: 'header', token: bearer };
  const cookie = c.req.header('cookie');
  return cookie === undefined ? null : { location: 'cookie', cookie };
}

function changesSomething({ req }: Context<HttpEnv>): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD';
}

function comesFromTrustedOrigin({ req }: Context<HttpEnv>, config: TrustDeps['config']): boolean {
  const { origin, host, 'sec-fetch-site': site } = req.header();
  return isTrustedOrigin({ headers: { origin, host, 'sec-fetch-site': site } }, config);
}
