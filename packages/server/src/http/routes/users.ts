import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  MAX_USER_IDS_PER_REQUEST,
  updateUserBody,
  userId,
  userList,
  userReply,
  type UpdateUserBody,
} from '@parley/protocol';
import { z } from 'zod';
import { toUser } from '#chat/users/profile.ts';
import type { UserRecord } from '#ports/users.ts';
import { MAX_USER_SEARCH_RESULTS } from '../../limits.ts';
import type { HttpEnv, HttpDeps } from '../context.ts';
import { refuse } from '../http-error.ts';
import { jsonResponse, jsonBody, USER_SECURITY } from '../openapi.ts';
import { requireAdmin, requireUser } from '../require-user.ts';

const ids = z
  .string()
  .transform((text) => text.split(',').filter((id) => id !== ''))
  .pipe(z.array(userId).max(MAX_USER_IDS_PER_REQUEST));

const findUsers = createRoute({
  method: 'get',
  path: '/users',
  summary: 'Users by ids, separated by commas, or by a part of their name or handle.',
  security: USER_SECURITY,
  request: { query: z.object({ ids: ids.optional(), q: z.string().max(200).optional() }) },
  responses: jsonResponse(userList, 'Users. Unknown ids are left out.'),
});

const updateUser = createRoute({
  method: 'patch',
  path: '/users/{user}',
  summary: 'Changes a role, suspends, or lifts a suspension. For admins and the owner; only the owner changes roles.',
  security: USER_SECURITY,
  request: { params: z.object({ user: userId }), body: jsonBody(updateUserBody) },
  responses: jsonResponse(userReply, 'The user as changed.'),
});

export function userRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { users } = deps;
  const app = new OpenAPIHono<HttpEnv>();
  const user = requireUser(deps);

  app.openapi({ ...findUsers, middleware: user }, async (c) => {
    const { ids, q = '' } = c.req.valid('query');
    const found = await (ids === undefined ? users.search(q.trim(), MAX_USER_SEARCH_RESULTS) : users.findMany(ids));
    return c.json({ users: found.map(toUser) }, 200);
  });

  app.openapi({ ...updateUser, middleware: [user, requireAdmin] }, async (c) => {
    const target = await users.find(c.req.valid('param').user);
    if (target === null) return refuse('not_found', 'no such user');
    const change = c.req.valid('json');
    const reason = reasonToRefuse(c.get('identity').user, target, change);
    if (reason !== null) return refuse('forbidden', reason);
    return c.json({ user: toUser(await changeUser(deps, target, change)) }, 200);
  });

  return app;
}

/** Why `actor`, the owner or an admin, may not make this change; null if it is allowed. */
function reasonToRefuse(actor: UserRecord, target: UserRecord, change: UpdateUserBody): string | null {
  if (target.id === actor.id) return 'users can not change their own role or suspension';
  if (target.role === 'owner') return 'the owner can not be changed';
  if (actor.role === 'owner') return null;
  if (change.role !== undefined) return 'only the owner changes roles';
  return target.role === 'admin' ? 'only the owner changes an admin' : null;
}

async function changeUser(
  deps: HttpDeps,
  target: UserRecord,
  { role, suspended }: UpdateUserBody,
): Promise<UserRecord> {
  const { bus, sessions, users } = deps;
  // The sessions of a suspended user are kept, so that a request with one is refused as `suspended`. They are deleted
  // before the suspension is lifted, so that no old session becomes valid again.
  if (suspended === false && target.suspended) await sessions.endAll(target.id);
  const updated = await users.update(target.id, {
    ...(role === undefined ? {} : { role }),
    ...(suspended === undefined ? {} : { suspended }),
  });
  if (!updated.ok) return refuse('not_found', 'no such user');
  if (suspended === true) bus.publish(`user.${target.id}`, { kind: 'suspended', user: target.id });
  bus.publish('nodes', { kind: 'profile', user: target.id });
  return updated.value;
}
