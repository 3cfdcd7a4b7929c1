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
import { actorOf, type HttpEnv, type HttpParts } from '../context.ts';
import { granted } from '../http-error.ts';
import { answers, answersNothing, jsonBody, USER_SECURITY } from '../openapi.ts';
import { requireUser } from '../require-user.ts';

const security = USER_SECURITY;
const params = z.object({ channel: channelId });

const listChannels = createRoute({
  method: 'get',
  path: '/channels',
  summary: 'The channels that the user may join, and theirs.',
  security,
  responses: answers(channelList, 'Channels, by name.'),
});

const createChannel = createRoute({
  method: 'post',
  path: '/channels',
  summary: 'Makes a channel, with who asks as its first member.',
  security,
  request: { body: jsonBody(createChannelBody) },
  responses: answers(channelReply, 'The channel.'),
});

const updateChannel = createRoute({
  method: 'patch',
  path: '/channels/{channel}',
  summary: 'Changes the name or topic. For who made the channel, the owner and admins.',
  security,
  request: { params, body: jsonBody(updateChannelBody) },
  responses: answers(channelReply, 'The channel as changed.'),
});

const join = createRoute({
  method: 'post',
  path: '/channels/{channel}/join',
  summary: 'Joins a public channel.',
  security,
  request: { params },
  responses: answers(channelReply, 'The channel.'),
});

const leave = createRoute({
  method: 'post',
  path: '/channels/{channel}/leave',
  summary: 'Leaves a channel.',
  security,
  request: { params },
  responses: answersNothing('Left.'),
});

const listMembers = createRoute({
  method: 'get',
  path: '/channels/{channel}/members',
  summary: 'The members of a channel, for members.',
  security,
  request: { params },
  responses: answers(memberList, 'Members.'),
});

const addMember = createRoute({
  method: 'post',
  path: '/channels/{channel}/members',
  summary: 'Adds a member.',
  security,
  request: { params, body: jsonBody(addMemberBody) },
  responses: answersNothing('Added.'),
});

const removeMember = createRoute({
  method: 'delete',
  path: '/channels/{channel}/members/{user}',
  summary: 'Removes a member. For who made the channel, the owner and admins.',
  security,
  request: { params: z.object({ channel: channelId, user: userId }) },
  responses: answersNothing('Removed.'),
});

export function channelRoutes(parts: HttpParts): OpenAPIHono<HttpEnv> {
  const { chat } = parts;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = requireUser(parts);

  app.openapi({ ...listChannels, middleware }, async (c) =>
    c.json({ channels: [...(await chat.listChannels(actorOf(c)))] }, 200),
  );
  app.openapi({ ...createChannel, middleware }, async (c) =>
    c.json({ channel: granted(await chat.createChannel(actorOf(c), c.req.valid('json'))) }, 200),
  );
  app.openapi({ ...updateChannel, middleware }, async (c) => {
    const { channel } = c.req.valid('param');
    return c.json({ channel: granted(await chat.updateChannel(actorOf(c), channel, c.req.valid('json'))) }, 200);
  });
  app.openapi({ ...join, middleware }, async (c) =>
    c.json({ channel: granted(await chat.join(actorOf(c), c.req.valid('param').channel)) }, 200),
  );
  app.openapi({ ...leave, middleware }, async (c) =>
    c.body(granted(await chat.leave(actorOf(c), c.req.valid('param').channel)), 204),
  );
  addMemberRoutes(app, parts);
  return app;
}

function addMemberRoutes(app: OpenAPIHono<HttpEnv>, parts: HttpParts): void {
  const { chat, users } = parts;
  const middleware = requireUser(parts);

  app.openapi({ ...listMembers, middleware }, async (c) => {
    const ids = granted(await chat.members(actorOf(c), c.req.valid('param').channel));
    return c.json({ members: (await users.findMany(ids)).map(toUser) }, 200);
  });
  app.openapi({ ...addMember, middleware }, async (c) => {
    const { user } = c.req.valid('json');
    return c.body(granted(await chat.addMember(actorOf(c), c.req.valid('param').channel, user)), 204);
  });
  app.openapi({ ...removeMember, middleware }, async (c) => {
    const { channel, user } = c.req.valid('param');
    return c.body(granted(await chat.removeMember(actorOf(c), channel, user)), 204);
  });
}
