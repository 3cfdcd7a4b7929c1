import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { HttpDeps, HttpEnv } from './context.ts';

/**
 * Logs one line per request. It contains the route instead of the URL, because a path can contain the code of an invite
 * and a query anything.
 */
export function requestLog({ clock, logger }: Pick<HttpDeps, 'clock' | 'logger'>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startMs = clock.elapsed();
    await next();
    const { status } = c.res;
    // Middleware has the method ALL.
    const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? null;
    const fields = {
      method: c.req.method,
      route,
      status,
      ms: Math.round(clock.elapsed() - startMs),
      address: c.get('address'),
    };
    if (c.req.path.startsWith('/api/')) logger.info(fields, 'request');
    else logger.debug(fields, 'request');
  };
}
