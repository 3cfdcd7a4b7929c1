import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import type { Logger } from '#ports/logger.ts';
import { StoreUnavailable } from '#ports/store.ts';
import type { HttpEnv } from './context.ts';
import { HttpError, refusalResponse, type HttpRefusal } from './http-error.ts';

/** Makes the answer of whatever a route threw. What is nobody's refusal is a bug: the log has it, the client does not. */
export function handleError(logger: Logger): ErrorHandler<HttpEnv> {
  return (error) => {
    if (error instanceof HttpError) return refusalResponse(error.refusal);
    if (error instanceof HTTPException) return refusalResponse(toRefusal(error));
    if (error instanceof StoreUnavailable) {
      logger.warn({ err: error }, 'a request found the store away');
      return refusalResponse({ code: 'unavailable', message: 'try again in a moment', retryAfterMs: 1_000 });
    }
    logger.error({ err: error }, 'a request failed');
    return refusalResponse({ code: 'internal', message: 'something went wrong' });
  };
}

/** The framework throws these for bodies it can't read. */
function toRefusal({ status, message }: HTTPException): HttpRefusal {
  if (status === 413) return { code: 'too_large', message: 'the body is too large' };
  if (status === 415) return { code: 'bad_request', message: 'the body must be JSON, and say so in Content-Type' };
  return { code: 'bad_request', message };
}

/** What `OpenAPIHono` does with a request that doesn't fit its schema. */
export function refuseInvalidRequest(
  result: { readonly success: true } | { readonly success: false; readonly error: z.core.$ZodError },
): Response | undefined {
  if (result.success) return undefined;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return refusalResponse({
    // As in the frames of the WebSocket: a text over its limit has a code of its own.
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

/** 405 where the address is known by another method, else 404. */
export function handleNotFound(app: Router): NotFoundHandler<HttpEnv> {
  return (c) => {
    const allowed = METHODS.filter((method) => hasRoute(app, method, c));
    if (allowed.length === 0) return refusalResponse({ code: 'not_found', message: 'no such address' });
    const response = refusalResponse({
      code: 'method_not_allowed',
      message: `this address takes ${allowed.join(', ')}`,
    });
    response.headers.set('Allow', allowed.join(', '));
    return response;
  };
}

/** Middleware matches every method, a route matches its own. */
function hasRoute({ router }: Router, method: string, c: Context<HttpEnv>): boolean {
  return router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method);
}
