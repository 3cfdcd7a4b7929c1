import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  addMemberBody,
  channelId,
  channelList,
  channelReply,
  createChannelBody,
  memberList,
  updateChannelBody,
  userId,
} from '@parley/protocol';
import { z } from 'zod';
import { toUser } from '#chat/users/profile.ts';
import { actorOf, type HttpEnv, type HttpDeps } from '../context.ts';
import { unwrapOrThrow } from '../http-error.ts';
import { jsonResponse, emptyResponse, jsonBody, USER_SECURITY } from '../openapi.ts';
import { requireUser } from '../require-user.ts';

const security = USER_SECURITY;
const params = z.object({ channel: channelId });

const listChannels = createRoute({
  method: 'get',
  path: '/channels',
  summary: "The user's channels, and those that the user may join.",
  security,
  responses: jsonResponse(channelList, 'Channels, by name.'),
});

const createChannel = createRoute({
  method: 'post',
  path: '/channels',
  summary: 'Creates a channel with the user as its first member.',
  security,
  request: { body: jsonBody(createChannelBody) },
  responses: jsonResponse(channelReply, 'The channel.'),
});

const updateChannel = createRoute({
  method: 'patch',
  path: '/channels/{channel}',
  summary: 'Changes the name or topic. For the creator of the channel, the owner and admins.',
  security,
  request: { params, body: jsonBody(updateChannelBody) },
  responses: jsonResponse(channelReply, 'The channel as changed.'),
});

const join = createRoute({
  method: 'post',
  path: '/channels/{channel}/join',
  summary: 'Joins a public channel.',
  security,
  request: { params },
  responses: jsonResponse(channelReply, 'The channel.'),
});

const leave = createRoute({
  method: 'post',
  path: '/channels/{channel}/leave',
  summary: 'Leaves a channel.',
  security,
  request: { params },
  responses: emptyResponse('Left.'),
});

const listMembers = createRoute({
  method: 'get',
  path: '/channels/{channel}/members',
  summary: 'The members of a channel, for members.',
  security,
  request: { params },
  responses: jsonResponse(memberList, 'Members.'),
});

const addMember = createRoute({
  method: 'post',
  path: '/channels/{channel}/members',
  summary: 'Adds a member.',
  security,
  request: { params, body: jsonBody(addMemberBody) },
  responses: emptyResponse('Added.'),
});

const removeMember = createRoute({
  method: 'delete',
  path: '/channels/{channel}/members/{user}',
  summary: 'Removes a member. For the creator of the channel, the owner and admins.',
  security,
  request: { params: z.object({ channel: channelId, user: userId }) },
  responses: emptyResponse('Removed.'),
});

export function channelRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { chat } = deps;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = requireUser(deps);

  app.openapi({ ...listChannels, middleware }, async (c) =>
    c.json({ channels: [...(await chat.listChannels(actorOf(c)))] }, 200),
  );
  app.openapi({ ...createChannel, middleware }, async (c) =>
    c.json({ channel: unwrapOrThrow(await chat.createChannel(actorOf(c), c.req.valid('json'))) }, 200),
  );
  app.openapi({ ...updateChannel, middleware }, async (c) => {
    const { channel } = c.req.valid('param');
    return c.json({ channel: unwrapOrThrow(await chat.updateChannel(actorOf(c), channel, c.req.valid('json'))) }, 200);
  });
  app.openapi({ ...join, middleware }, async (c) =>
    c.json({ channel: unwrapOrThrow(await chat.join(actorOf(c), c.req.valid('param').channel)) }, 200),
  );
  app.openapi({ ...leave, middleware }, async (c) =>
    c.body(unwrapOrThrow(await chat.leave(actorOf(c), c.req.valid('param').channel)), 204),
  );
  addMemberRoutes(app, deps);
  return app;
}

function addMemberRoutes(app: OpenAPIHono<HttpEnv>, deps: HttpDeps): void {
  const { chat, users } = deps;
  const middleware = requireUser(deps);

  app.openapi({ ...listMembers, middleware }, async (c) => {
    const ids = unwrapOrThrow(await chat.members(actorOf(c), c.req.valid('param').channel));
    return c.json({ members: (await users.findMany(ids)).map(toUser) }, 200);
  });
  app.openapi({ ...addMember, middleware }, async (c) => {
    const { user } = c.req.valid('json');
    return c.body(unwrapOrThrow(await chat.addMember(actorOf(c), c.req.valid('param').channel, user)), 204);
  });
  app.openapi({ ...removeMember, middleware }, async (c) => {
    const { channel, user } = c.req.valid('param');
    return c.body(unwrapOrThrow(await chat.removeMember(actorOf(c), channel, user)), 204);
  });
}
