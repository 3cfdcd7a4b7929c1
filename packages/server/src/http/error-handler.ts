import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import type { Logger } from '#ports/logger.ts';
import { StoreUnavailable } from '#ports/store.ts';
import type { HttpEnv } from './context.ts';
import { HttpError, refusalResponse, type HttpRefusal } from './http-error.ts';

/** Turns a thrown error into a response. An unexpected error is a bug: it is logged, and the client gets no details. */
export function handleError(logger: Logger): ErrorHandler<HttpEnv> {
  return (error) => {
    if (error instanceof HttpError) return refusalResponse(error.refusal);
    if (error instanceof HTTPException) return refusalResponse(toRefusal(error));
    if (error instanceof StoreUnavailable) {
      logger.warn({ err: error }, 'a request failed because the store is unavailable');
      return refusalResponse({ code: 'unavailable', message: 'try again in a moment', retryAfterMs: 1_000 });
    }
    logger.error({ err: error }, 'a request failed');
    return refusalResponse({ code: 'internal', message: 'something went wrong' });
  };
}

/** The framework throws these for bodies that it can't parse. */
function toRefusal({ status, message }: HTTPException): HttpRefusal {
  if (status === 413) return { code: 'too_large', message: 'the body is too large' };
  if (status === 415) return { code: 'bad_request', message: 'the body must be JSON, with a matching Content-Type' };
  return { code: 'bad_request', message };
}

/** Hook of `OpenAPIHono` for a request that does not match its schema. */
export function refuseInvalidRequest(
  result: { readonly success: true } | { readonly success: false; readonly error: z.core.$ZodError },
): Response | undefined {
  if (result.success) return undefined;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return refusalResponse({
    // As in WebSocket frames, a text over its limit has its own code.
    code: issue?.code === 'too_big' && issue.origin === 'string' ? 'too_large' : 'bad_request',
    message: `${where === '' ? 'body' : where}: ${issue?.message ?? 'malformed'}`.slice(0, 200),
  });
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

interface Router {
  readonly router: {
    match(
      method: string,
      path: string,
    ): readonly [readonly (readonly [readonly [unknown, { readonly method: string }], unknown])[], unknown?];
  };
}

/** 405 if the path exists for another method, else 404. */
export function handleNotFound(app: Router): NotFoundHandler<HttpEnv> {
  return (c) => {
    const allowed = METHODS.filter((method) => hasRoute(app, method, c));
    if (allowed.length === 0) return refusalResponse({ code: 'not_found', message: 'no such path' });
    const response = refusalResponse({
      code: 'method_not_allowed',
      message: `this path accepts ${allowed.join(', ')}`,
    });
    response.headers.set('Allow', allowed.join(', '));
    return response;
  };
}

/** A match for this very method is a route. Middleware matches all methods. */
function hasRoute({ router }: Router, method: string, c: Context<HttpEnv>): boolean {
  return router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method);
}
