import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { channelId, messagePage, messagesQuery, postMessageBody, postMessageReply } from '@parley/protocol';
import { z } from 'zod';
import { actorOf, type HttpEnv, type HttpDeps } from '../context.ts';
import { unwrapOrThrow } from '../http-error.ts';
import { jsonResponse, jsonBody, USER_SECURITY } from '../openapi.ts';
import { requireUser } from '../require-user.ts';

const params = z.object({ channel: channelId });

const listMessages = createRoute({
  method: 'get',
  path: '/channels/{channel}/messages',
  summary: 'The latest messages, or those before, after or around a position.',
  security: USER_SECURITY,
  request: { params, query: messagesQuery },
  responses: jsonResponse(messagePage, 'Messages in their current state, oldest first.'),
});

const postMessage = createRoute({
  method: 'post',
  path: '/channels/{channel}/messages',
  summary: 'Posts a message. A repetition with the same author, channel and id gets the first response.',
  security: USER_SECURITY,
  request: { params, body: jsonBody(postMessageBody) },
  responses: jsonResponse(postMessageReply, 'The message is durable.'),
});

export function messageRoutes(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { chat } = deps;
  const app = new OpenAPIHono<HttpEnv>();
  const middleware = requireUser(deps);

  app.openapi({ ...listMessages, middleware }, async (c) => {
    const { channel } = c.req.valid('param');
    return c.json(unwrapOrThrow(await chat.history(actorOf(c), { channel, ...c.req.valid('query') })), 200);
  });
  app.openapi({ ...postMessage, middleware }, async (c) => {
    const { channel } = c.req.valid('param');
    return c.json(unwrapOrThrow(await chat.send(actorOf(c), { channel, ...c.req.valid('json') })), 200);
  });
  return app;
}
