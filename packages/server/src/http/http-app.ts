import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { clientAddress } from '#client-address.ts';
import { sessionCookieName } from '#identity/session-cookie.ts';
import { MAX_HTTP_BODY_BYTES } from '../limits.ts';
import type { HttpEnv, HttpDeps } from './context.ts';
import { crossOrigin } from './cross-origin.ts';
import { handleError, handleNotFound, refuseInvalidRequest } from './error-handler.ts';
import { refuse } from './http-error.ts';
import { createRateLimits } from './rate-limits.ts';
import { requestLog } from './request-log.ts';
import { accountRoutes } from './routes/accounts.ts';
import { channelRoutes } from './routes/channels.ts';
import { healthRoutes } from './routes/health.ts';
import { inviteRoutes } from './routes/invites.ts';
import { meRoutes } from './routes/me.ts';
import { messageRoutes } from './routes/messages.ts';
import { serverRoutes } from './routes/server.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { userRoutes } from './routes/users.ts';
import { webRoutes } from './routes/web-client.ts';
import { securityHeaders } from './security-headers.ts';

const V1_ROUTES = [serverRoutes, meRoutes, sessionRoutes, userRoutes, channelRoutes, messageRoutes, inviteRoutes];

/** All HTTP routes. WebSocket handshakes, `GET /ws/…`, are handled by `realtime/`. */
export function createHttpApp(deps: HttpDeps): OpenAPIHono<HttpEnv> {
  const { clock, config, logger } = deps;
  const limits = createRateLimits(clock, config.rateLimits);
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalidRequest });
  app.onError(handleError(logger));
  app.notFound(handleNotFound(app));

  app.use(async (c, next) => {
    const { incoming } = c.env;
    c.set('address', incoming === undefined ? 'unknown' : clientAddress(incoming, config.trustedProxies));
    await next();
  });
  app.use(requestLog(deps));
  app.use(securityHeaders(config.publicUrl));
  app.use('/api/*', crossOrigin(config.allowedOrigins));
  app.use('/api/*', limits.request);
  app.use(
    '/api/*',
    bodyLimit({ maxSize: MAX_HTTP_BODY_BYTES, onError: () => refuse('too_large', 'the body is too large') }),
  );

  app.route('/api/auth', accountRoutes(deps, limits));
  for (const routes of V1_ROUTES) {
    app.route('/api/v1', routes(deps));
  }
  addOpenApiDocument(app, deps);
  app.route('/', healthRoutes(deps));
  app.route('/', webRoutes(deps.webFolder));
  return app;
}

/** `GET /api/v1/openapi.json`, generated from the schemas that the routes validate with. */
function addOpenApiDocument(app: OpenAPIHono<HttpEnv>, { config }: HttpDeps): void {
  const components = app.openAPIRegistry;
  components.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A session token, as in `set-auth-token`, or a JWT.',
  });
  components.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookieName(config.publicUrl),
    description: 'The session cookie. Requests that change something must come from a trusted origin.',
  });
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description: 'The HTTP API. Live events are sent over the WebSocket at `/ws/{clientId}`: see docs/protocol.md.',
      license: { name: 'MIT' },
    },
    servers: [{ url: config.publicUrl ?? '/' }],
  });
  app.get('/api/v1/openapi.json', (c) => c.json(document));
}
