import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { sessionList } from '@parley/protocol';
import { z } from 'zod';
import type { HttpEnv, HttpParts } from '../context.ts';
import { refuse } from '../http-error.ts';
import { answers, answersNothing, USER_SECURITY } from '../openapi.ts';
import { requireUser } from '../require-user.ts';

const security = USER_SECURITY;

const listSessions = createRoute({
  method: 'get',
  path: '/sessions',
  summary: 'Where the user is signed in.',
  security,
  responses: answers(sessionList, 'Sessions, the newest first.'),
});

const endSession = createRoute({
  method: 'delete',
  path: '/sessions/{session}',
  summary: "Ends one of one's own sessions and closes its sockets.",
  security,
  request: { params: z.object({ session: z.string() }) },
  responses: answersNothing('Ended.'),
});

export function sessionRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { clock, sessions } = parts;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = requireUser(parts);

  app.openapi({ ...listSessions, middleware }, async (c) => {
    const { user, session } = c.get('proof');
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
    const ended = await sessions.end(c.get('proof').user.id, c.req.valid('param').session);
    return ended ? c.body(null, 204) : refuse('not_found', 'no such session');
  });

  return app;
}
