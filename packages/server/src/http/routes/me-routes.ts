import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { me, sessionList, ticketReply, updateMeBody, userReply } from '@parley/protocol';
import { z } from 'zod';
import { SESSION_MS, SESSION_RENEW_MS } from '../../limits.ts';
import { answers, answersNothing, jsonBody, USER_SECURITY } from '../describe.ts';
import type { HttpEnv, HttpParts } from '../http-env.ts';
import { toUser } from '../profile.ts';
import { refuse } from '../refused.ts';
import { requireUser } from '../trust.ts';
import { holderOf } from './account-routes.ts';

const security = USER_SECURITY;

const getMe = createRoute({
  method: 'get',
  path: '/me',
  summary: "One's own account. Makes a session in use last longer.",
  security,
  responses: answers(me, 'The user.'),
});

const updateMe = createRoute({
  method: 'patch',
  path: '/me',
  summary: "Changes one's name or handle.",
  security,
  request: { body: jsonBody(updateMeBody) },
  responses: answers(userReply, 'The user as changed.'),
});

const makeTicket = createRoute({
  method: 'post',
  path: '/tickets',
  summary: 'Makes a ticket: it proves its user once, within a minute, in `?token=` of a WebSocket address.',
  security,
  responses: answers(ticketReply, 'The ticket.'),
});

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

/** What concerns only who asks. */
export function meRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { accounts, bus, clock, sessions, tickets, users } = parts;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = requireUser(parts);

  app.openapi({ ...getMe, middleware }, async (c) => {
    const { user, session, expiresAt } = c.get('proof');
    if (session !== null && expiresAt - clock.now() < SESSION_MS - SESSION_RENEW_MS) {
      for (const cookie of await accounts.renew(holderOf(c))) c.header('Set-Cookie', cookie, { append: true });
    }
    const email = await accounts.emailOf(user.id);
    return c.json({ user: toUser(user), ...(email === null ? {} : { email }) }, 200);
  });

  app.openapi({ ...updateMe, middleware }, async (c) => {
    const { name, handle } = c.req.valid('json');
    const { id } = c.get('proof').user;
    const updated = await users.update(id, {
      ...(name === undefined ? {} : { name }),
      ...(handle === undefined ? {} : { handle }),
    });
    if (!updated.ok)
      return updated.error === 'handle_taken'
        ? refuse('conflict', 'this handle is taken')
        : refuse('not_found', 'no such user');
    bus.publish('everyone', { kind: 'profile', user: id });
    return c.json({ user: toUser(updated.value) }, 200);
  });

  app.openapi({ ...makeTicket, middleware }, (c) => {
    const { user, session, expiresAt } = c.get('proof');
    return c.json(tickets.issue({ user: user.id, session, proofExpiresAt: expiresAt }), 200);
  });

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
