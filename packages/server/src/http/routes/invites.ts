import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { createInviteBody, createInviteReply, inviteCheck, inviteList } from '@parley/protocol';
import { z } from 'zod';
import type { HttpEnv, HttpDeps } from '../context.ts';
import { refuse } from '../http-error.ts';
import { jsonResponse, emptyResponse, jsonBody, USER_SECURITY } from '../openapi.ts';
import { requireAdmin, requireUser } from '../require-user.ts';

const security = USER_SECURITY;
// One parameter name for ids and codes, because OpenAPI treats paths that differ only in the name as the same.
const params = z.object({ invite: z.string().max(128) });

const createInvite = createRoute({
  method: 'post',
  path: '/invites',
  summary: 'Creates an invite link. For the owner and admins.',
  security,
  request: { body: jsonBody(createInviteBody) },
  responses: jsonResponse(createInviteReply, 'The invite. Its code is returned only here.'),
});

const listInvites = createRoute({
  method: 'get',
  path: '/invites',
  summary: 'The usable invites. For the owner and admins.',
  security,
  responses: jsonResponse(inviteList, 'Invites, newest first.'),
});

const revokeInvite = createRoute({
  method: 'delete',
  path: '/invites/{invite}',
  summary: 'Revokes the invite with this id. For the owner and admins.',
  security,
  request: { params },
  responses: emptyResponse('Its code is no longer valid.'),
});

const checkInvite = createRoute({
  method: 'get',
  path: '/invites/{invite}',
  summary: 'Whether the invite with this code is valid, and who created it. Without an account.',
  request: { params },
  responses: jsonResponse(inviteCheck, 'Whether it is valid.'),
});

export function inviteRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { invites } = deps;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = [requireUser(deps), requireAdmin];

  app.openapi({ ...createInvite, middleware }, async (c) => {
    const { invite, code } = await invites.create(c.get('identity').user.id, c.req.valid('json'));
    const origin = deps.config.publicUrl ?? new URL(c.req.url).origin;
    return c.json({ invite, code, url: `${origin}/join/${code}` }, 200);
  });
  app.openapi({ ...listInvites, middleware }, async (c) => c.json({ invites: await invites.list() }, 200));
  app.openapi({ ...revokeInvite, middleware }, async (c) => {
    const revoked = await invites.revoke(c.req.valid('param').invite);
    return revoked ? c.body(null, 204) : refuse('not_found', 'no such invite');
  });
  app.openapi(checkInvite, async (c) => {
    const valid = await invites.check(c.req.valid('param').invite);
    return c.json(valid === null ? { valid: false } : { valid: true, by: valid.by }, 200);
  });
  return app;
}
