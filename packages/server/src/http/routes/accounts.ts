import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, user, userName } from '@parley/protocol';
import type { Context } from 'hono';
import { z } from 'zod';
import { toUser } from '#chat/users/profile.ts';
import type { SignedIn } from '#identity/accounts.ts';
import { MAX_EMAIL_CHARS } from '../../limits.ts';
import { requestOrigin, requestWithSession, type HttpEnv, type HttpDeps } from '../context.ts';
import { unwrapOrThrow, refuse } from '../http-error.ts';
import { jsonResponse, jsonBody, USER_SECURITY } from '../openapi.ts';
import type { RateLimits } from '../rate-limits.ts';
import { extractToken, requireSameOrigin, requireUser } from '../require-user.ts';

const email = z.email().max(MAX_EMAIL_CHARS);
const newPassword = z.string().min(MIN_PASSWORD_CHARS).max(MAX_PASSWORD_CHARS);
const password = z.string().min(1).max(MAX_PASSWORD_CHARS);

// Not strict: these paths are those of the accounts library, whose clients send more fields.
const signUpBody = z.object({
  name: userName,
  email,
  password: newPassword,
  invite: z.string().min(1).max(128).optional(),
});
const signInBody = z.object({ email, password });
const changePasswordBody = z.object({ currentPassword: password, newPassword });
const signedInReply = z.object({ token: z.string(), user });
const signedOutReply = z.object({ success: z.literal(true) });

const signUp = createRoute({
  method: 'post',
  path: '/sign-up/email',
  summary: 'Creates an account and signs in. The first account of a server owns it.',
  request: { body: jsonBody(signUpBody) },
  responses: jsonResponse(signedInReply, 'Signed in: the session cookie, and its token in `set-auth-token`.'),
});

const signIn = createRoute({
  method: 'post',
  path: '/sign-in/email',
  summary: 'Signs in.',
  request: { body: jsonBody(signInBody) },
  responses: jsonResponse(signedInReply, 'Signed in: the session cookie, and its token in `set-auth-token`.'),
});

const signOut = createRoute({
  method: 'post',
  path: '/sign-out',
  summary: 'Ends the session and closes its sockets.',
  security: USER_SECURITY,
  responses: jsonResponse(signedOutReply, 'Signed out. Also if there was no session.'),
});

const changePassword = createRoute({
  method: 'post',
  path: '/change-password',
  summary: 'Changes the password, ends all sessions of the user, and starts a new one.',
  security: USER_SECURITY,
  request: { body: jsonBody(changePasswordBody) },
  responses: jsonResponse(signedInReply, 'Signed in again: the session cookie, and its token in `set-auth-token`.'),
});

/** `/api/auth`: the paths of the accounts library that Parley needs. */
export function accountRoutes(deps: HttpDeps, limits: RateLimits): OpenAPIHono<HttpEnv> {
  const { accounts, authenticator, config, sessions } = deps;
  const app = new OpenAPIHono<HttpEnv>();
  const sameOrigin = requireSameOrigin(config);

  app.openapi({ ...signUp, middleware: sameOrigin }, async (c) => {
    limits.signUp(c);
    const { invite = null, ...details } = c.req.valid('json');
    return c.json(
      await startSession(deps, c, unwrapOrThrow(await accounts.signUp({ ...details, invite }, requestOrigin(c)))),
      200,
    );
  });

  app.openapi({ ...signIn, middleware: sameOrigin }, async (c) => {
    const credentials = c.req.valid('json');
    limits.signIn(c, credentials.email);
    return c.json(
      await startSession(deps, c, unwrapOrThrow(await accounts.signIn(credentials, requestOrigin(c)))),
      200,
    );
  });

  app.openapi({ ...signOut, middleware: sameOrigin }, async (c) => {
    const source = extractToken(c);
    const identity = source && (await authenticator.authenticate(source, 'peek'));
    if (identity?.ok === true && identity.value.session !== null) {
      await sessions.end(identity.value.user.id, identity.value.session);
    }
    c.header('Set-Cookie', accounts.forgetCookie);
    return c.json({ success: true as const }, 200);
  });

  app.openapi({ ...changePassword, middleware: requireUser(deps) }, async (c) => {
    const { user, session } = c.get('identity');
    if (session === null) return refuse('forbidden', 'this account has no password');
    const change = c.req.valid('json');
    // The current password can be guessed here too.
    limits.signIn(c, user.id);
    return c.json(
      await startSession(deps, c, unwrapOrThrow(await accounts.changePassword(change, requestWithSession(c)))),
      200,
    );
  });

  return app;
}

async function startSession(
  { users }: HttpDeps,
  c: Context<HttpEnv>,
  signedIn: SignedIn,
): Promise<z.infer<typeof signedInReply>> {
  const { token, cookies } = signedIn;
  const record = await users.find(signedIn.user);
  if (record === null) throw new Error('a session was created for an unknown user');
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
  c.header('set-auth-token', token);
  return { token, user: toUser(record) };
}
