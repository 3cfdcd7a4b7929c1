import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { PROTOCOL_VERSION, serverInfo } from '@parley/protocol';
import type { HttpEnv, HttpDeps } from '../context.ts';
import { jsonResponse } from '../openapi.ts';

const getServer = createRoute({
  method: 'get',
  path: '/server',
  summary: 'Information for a sign-in page. Without an account.',
  responses: jsonResponse(serverInfo, 'This server.'),
});

export function serverRoutes({ accounts, config }: HttpDeps): OpenAPIHono<HttpEnv> {
  const app = new OpenAPIHono<HttpEnv>();
  app.openapi(getServer, async (c) => {
    const firstRun = await accounts.isFirstRun();
    return c.json({ protocol: PROTOCOL_VERSION, signup: config.signup, firstRun } as const, 200);
  });
  return app;
}
