import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { HttpDeps, HttpEnv } from './context.ts';

/**
 * One line for each request. It names the route, not the address: that may hold the code of an invite, and its query
 * whatever somebody put there.
 */
export function requestLog({ clock, logger }: Pick<HttpDeps, 'clock' | 'logger'>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const startMs = clock.elapsed();
    await next();
    const { status } = c.res;
    // Middleware matches every method.
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
