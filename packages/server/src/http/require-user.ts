import type { Context, MiddlewareHandler } from 'hono';
import type { TokenSource } from '#identity/authenticator.ts';
import { TICKET_PREFIX } from '#identity/tickets.ts';
import { isTrustedOrigin } from '#identity/trusted-origin.ts';
import type { HttpEnv, HttpDeps } from './context.ts';
import { unwrapOrThrow, refuse } from './http-error.ts';

type RequireUserDeps = Pick<HttpDeps, 'authenticator' | 'config'>;

/** Authenticates a request by a bearer token or the session cookie. */
export function requireUser({ authenticator, config }: RequireUserDeps): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const source = extractToken(c);
    if (source === null) return refuse('missing_token', 'a token is needed');
    if (source.location === 'header' && source.token.startsWith(TICKET_PREFIX)) {
      // Otherwise each ticket could be exchanged for the next one, forever.
      return refuse('invalid_token', 'a ticket is valid for a WebSocket only');
    }
    const identity = unwrapOrThrow(await authenticator.authenticate(source, 'consume'));
    // Any page can make a browser send the cookie (CSRF). Reading is harmless: that page can't see the response.
    if (source.location === 'cookie' && isMutation(c) && !hasTrustedOrigin(c, config)) {
      return refuse('forbidden_origin', 'a cookie does not count from this origin');
    }
    c.set('identity', identity);
    await next();
  };
}

/** For requests that set the session cookie: another site must not sign its visitors in to an account of its choice. */
export function requireSameOrigin(config: RequireUserDeps['config']): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    if (c.req.header('origin') !== undefined && !hasTrustedOrigin(c, config)) {
      return refuse('forbidden_origin', 'sign-in is not allowed from this origin');
    }
    await next();
  };
}

/** For routes of the owner and admins. Must come after `requireUser`. */
export const requireAdmin: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.get('identity').user.role === 'member') return refuse('forbidden', 'only the owner and admins may do this');
  await next();
};

/** The token of a request: the bearer token, else the cookie. Never from the URL. */
export function extractToken(c: Context<HttpEnv>): TokenSource | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (bearer !== undefined) return { location: 'header', token: bearer };
  const cookie = c.req.header('cookie');
  return cookie === undefined ? null : { location: 'cookie', cookie };
}

function isMutation({ req }: Context<HttpEnv>): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD';
}

function hasTrustedOrigin({ req }: Context<HttpEnv>, config: RequireUserDeps['config']): boolean {
  const { origin, host, 'sec-fetch-site': site } = req.header();
  return isTrustedOrigin({ headers: { origin, host, 'sec-fetch-site': site } }, config);
}
