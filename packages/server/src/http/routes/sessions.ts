import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { sessionList } from '@parley/protocol';
import { z } from 'zod';
import type { HttpEnv, HttpDeps } from '../context.ts';
import { refuse } from '../http-error.ts';
import { jsonResponse, emptyResponse, USER_SECURITY } from '../openapi.ts';
import { requireUser } from '../require-user.ts';

const security = USER_SECURITY;

const listSessions = createRoute({
  method: 'get',
  path: '/sessions',
  summary: "The user's sessions.",
  security,
  responses: jsonResponse(sessionList, 'Sessions, newest first.'),
});

const endSession = createRoute({
  method: 'delete',
  path: '/sessions/{session}',
  summary: "Ends one of the user's own sessions and closes its sockets.",
  security,
  request: { params: z.object({ session: z.string() }) },
  responses: emptyResponse('Ended.'),
});

export function sessionRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { clock, sessions } = deps;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = requireUser(deps);

  app.openapi({ ...listSessions, middleware }, async (c) => {
    const { user, session } = c.get('identity');
    const listed = await sessions.list(user.id, clock.now());
    return c.json(
      {
        sessions: listed.map(({ id, createdAt, expiresAt, userAgent, address }) => ({
          id,
          current: id === session,
          createdAt,
          expiresAt,
          ...(userAgent === null ? {} : { userAgent }),
          ...(address === null ? {} : { address }),
        })),
      },
      200,
    );
  });

  app.openapi({ ...endSession, middleware }, async (c) => {
    const ended = await sessions.end(c.get('identity').user.id, c.req.valid('param').session);
    return ended ? c.body(null, 204) : refuse('not_found', 'no such session');
  });

  return app;
}
