import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { me, ticketReply, updateMeBody, userReply } from '@parley/protocol';
import { toUser } from '#chat/users/profile.ts';
import { SESSION_LIFETIME_MS, SESSION_RENEW_MS } from '../../limits.ts';
import { requestWithSession, type HttpEnv, type HttpDeps } from '../context.ts';
import { refuse } from '../http-error.ts';
import { jsonResponse, jsonBody, USER_SECURITY } from '../openapi.ts';
import { requireUser } from '../require-user.ts';

const security = USER_SECURITY;

const getMe = createRoute({
  method: 'get',
  path: '/me',
  summary: "The user's own account. Renews a session in use.",
  security,
  responses: jsonResponse(me, 'The user.'),
});

const updateMe = createRoute({
  method: 'patch',
  path: '/me',
  summary: "Changes the user's own name or handle.",
  security,
  request: { body: jsonBody(updateMeBody) },
  responses: jsonResponse(userReply, 'The user as changed.'),
});

const makeTicket = createRoute({
  method: 'post',
  path: '/tickets',
  summary: 'Issues a ticket for `?token=` in a WebSocket URL. It authenticates once, within a minute.',
  security,
  responses: jsonResponse(ticketReply, 'The ticket.'),
});

/** The user's own account, and tickets for it. */
export function meRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { accounts, bus, clock, tickets, users } = deps;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = requireUser(deps);

  app.openapi({ ...getMe, middleware }, async (c) => {
    const { user, session, expiresAt } = c.get('identity');
    if (session !== null && expiresAt - clock.now() < SESSION_LIFETIME_MS - SESSION_RENEW_MS) {
      for (const cookie of await accounts.renew(requestWithSession(c))) {
        c.header('Set-Cookie', cookie, { append: true });
      }
    }
    const email = await accounts.emailOf(user.id);
    return c.json({ user: toUser(user), ...(email === null ? {} : { email }) }, 200);
  });

  app.openapi({ ...updateMe, middleware }, async (c) => {
    const { name, handle } = c.req.valid('json');
    const { id } = c.get('identity').user;
    const updated = await users.update(id, {
      ...(name === undefined ? {} : { name }),
      ...(handle === undefined ? {} : { handle }),
    });
    if (!updated.ok) {
      if (updated.error === 'handle_taken') return refuse('conflict', 'this handle is taken');
      return refuse('not_found', 'no such user');
    }
    bus.publish('nodes', { kind: 'profile', user: id });
    return c.json({ user: toUser(updated.value) }, 200);
  });

  app.openapi({ ...makeTicket, middleware }, async (c) => {
    const { user, session, expiresAt } = c.get('identity');
    return c.json(await tickets.issue({ user: user.id, session, credentialExpiresAt: expiresAt }), 200);
  });

  return app;
}
