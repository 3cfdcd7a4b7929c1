import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { PROTOCOL_VERSION, serverInfo } from '@parley/protocol';
import type { HttpEnv, HttpParts } from '../context.ts';
import { answers } from '../openapi.ts';

const getServer = createRoute({
  method: 'get',
  path: '/server',
  summary: 'What a sign-in screen needs to know. Without an account.',
  responses: answers(serverInfo, 'This server.'),
});

export function serverRoutes({ accounts, config }: HttpParts): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>();
  app.openapi(getServer, async (c) => {
    const firstRun = await accounts.isFirstRun();
    return c.json({ protocol: PROTOCOL_VERSION, signup: config.signup, firstRun } as const, 200);
  });
  return app;
}
