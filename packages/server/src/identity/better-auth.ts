import {
  HTTP_STATUS,
  type HttpErrorCode,
  MAX_PASSWORD_CHARS,
  MIN_PASSWORD_CHARS,
  type SignupMode,
} from '@parley/protocol';
import { APIError, betterAuth, type BetterAuthOptions } from 'better-auth';
import { bearer } from 'better-auth/plugins/bearer';
import type { Kysely } from 'kysely';
import { SESSION_LIFETIME_MS, SESSION_RENEW_MS } from '#limits.ts';
import type { AccountsDatabase } from '#ports/accounts-database.ts';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import { firstFreeHandle, handlePrefix } from '#ports/handle.ts';
import type { Logger } from '#ports/logger.ts';
import type { Random } from '#ports/random.ts';
import { accountContext } from './account-transaction.ts';
import { betterAuthDatabase } from './better-auth-database.ts';
import type { Invites } from './invites.ts';
import { HashQueueFull, type Passwords } from './passwords.ts';
import { isHttps, sessionCookieName } from './session-cookie.ts';
import { decideSignUp } from './signup-policy.ts';

export interface BetterAuthDeps {
  readonly database: AccountsDatabase;
  readonly invites: Invites;
  readonly passwords: Passwords;
  readonly random: Random;
  readonly logger: Logger;
  readonly secret: string;
  readonly config: { readonly publicUrl: string | null; readonly signup: SignupMode };
  /** Called after a session is created, for a new or a returning user. Must not reject. */
  readonly onSessionCreated: (user: string) => Promise<void>;
  /** Called after a session's row is deleted. */
  readonly onSessionDeleted: (user: string, session: string) => void;
}

/** The base URL of the library. It is not reachable from outside: `accounts.ts` makes all requests to it. */
export const BETTER_AUTH_URL = 'http://accounts.invalid/api/auth';
/** Set by `accounts.ts`, which knows the client's address. The library would trust any `X-Forwarded-For`. */
export const ADDRESS_HEADER = 'x-parley-address';

const ID_BITS = 128;
const ID_PREFIX: Readonly<Record<string, string>> = { user: 'u_', session: 's_' };

/** Better Auth, configured for email and password only, with our tables, password hashes and sign-up policy. */
export function createBetterAuth(deps: BetterAuthDeps) {
  const { random, secret } = deps;
  return betterAuth({
    ...TABLES,
    baseURL: new URL(BETTER_AUTH_URL).origin,
    secret,
    database: betterAuthDatabase(deps.database),
    emailAndPassword: emailAndPassword(deps),
    plugins: [bearer()],
    databaseHooks: hooks(deps),
    // `http/rate-limits.ts` does this with the client's address.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    onAPIError: { throw: true },
    logger: {
      level: 'error',
      log: (_level, message, ...args) => logLibraryMessage(deps.logger, message, args),
    },
    advanced: {
      ...cookies(deps.config.publicUrl),
      // `trusted-origin.ts` checks the origin, in the same way for every route.
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: ({ model }) => (ID_PREFIX[model] ?? '') + random.token(ID_BITS), validateSchema: false },
    },
  } satisfies BetterAuthOptions);
}

export type BetterAuth = ReturnType<typeof createBetterAuth>;

const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

const TABLES = {
  user: {
    modelName: 'users',
    fields: { emailVerified: 'email_verified', ...TIMES },
    additionalFields: {
      // Not required, because our hook sets it after the library has checked the required fields.
      handle: { type: 'string', required: false, unique: true, input: false },
      role: { type: 'string', required: true, input: false, defaultValue: 'member' },
      suspended: { type: 'boolean', required: true, input: false, defaultValue: false },
    },
  },
  session: {
    modelName: 'sessions',
    fields: { userId: 'user_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', ...TIMES },
    expiresIn: SESSION_LIFETIME_MS / 1000,
    updateAge: SESSION_RENEW_MS / 1000,
    // A cached session would stay valid after its end.
    cookieCache: { enabled: false },
  },
  account: {
    modelName: 'credentials',
    fields: {
      userId: 'user_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...TIMES,
    },
  },
  verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...TIMES } },
} as const satisfies Partial<BetterAuthOptions>;

function emailAndPassword({ passwords }: BetterAuthDeps) {
  return {
    enabled: true,
    minPasswordLength: MIN_PASSWORD_CHARS,
    maxPasswordLength: MAX_PASSWORD_CHARS,
    password: {
      // The library also hashes the password for an unknown email, so that the duration does not reveal accounts.
      hash: async (password: string) =>
        accountContext().signUp?.passwordHash ?? unlessBusy(() => passwords.hash(password)),
      verify: ({ hash, password }: { hash: string; password: string }) =>
        unlessBusy(() => passwords.verify(hash, password)),
    },
  };
}

function cookies(publicUrl: string | null) {
  const secure = isHttps(publicUrl);
  return {
    // Otherwise the library prepends `__Secure-`. Our name has the stricter `__Host-`.
    useSecureCookies: false,
    cookiePrefix: 'parley',
    defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure, path: '/' },
    cookies: { session_token: { name: sessionCookieName(publicUrl) } },
  } as const;
}

function hooks(deps: BetterAuthDeps): NonNullable<BetterAuthOptions['databaseHooks']> {
  return {
    user: {
      create: {
        async before(user) {
          const { signUp, transaction } = accountContext();
          if (signUp === null || transaction === null) throw new Error('an account was created outside a sign-up');
          const decision = await decideSignUp(
            { signup: deps.config.signup, invites: deps.invites },
            signUp.invite,
            transaction,
          );
          if (decision !== 'owner' && decision !== 'admin' && decision !== 'member') throw refusal(decision);
          return { data: { ...user, handle: await freeHandle(user.name, transaction), role: decision } };
        },
      },
    },
    session: {
      create: {
        async before({ userId }) {
          const db = accountContext().transaction ?? deps.database.kysely;
          const user = await db.selectFrom('users').select('suspended').where('id', '=', userId).executeTakeFirst();
          if (user === undefined || Boolean(user.suspended)) throw refusal('suspended');
        },
        after: ({ userId }) => deps.onSessionCreated(userId),
      },
      delete: {
        async after({ userId, id }) {
          deps.onSessionDeleted(userId, id);
        },
      },
    },
  };
}

/** Runs in the transaction that stores the handle, so that no other sign-up can take it. */
async function freeHandle(name: string, transaction: Kysely<AccountsTables>): Promise<string> {
  // A handle made from a name contains neither `%` nor `_`.
  const similar = transaction
    .selectFrom('users')
    .select('handle')
    .where('handle', 'like', `${handlePrefix(name)}%`);
  return firstFreeHandle(name, new Set((await similar.execute()).map(({ handle }) => handle)));
}

/** An error of the library's own type, so that it passes through; `accounts.ts` reads our code from the response. */
function refusal(code: HttpErrorCode): APIError {
  return new APIError(HTTP_STATUS[code], { code, message: '' });
}

async function unlessBusy<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof HashQueueFull) throw refusal('unavailable');
    throw error;
  }
}

/** Logs the message only up to its first colon, because the rest may contain an email address. */
function logLibraryMessage(logger: Logger, message: string, args: readonly unknown[]): void {
  const error = args.find((arg) => arg instanceof Error);
  if (error !== undefined) logger.error({ err: error }, 'the accounts library failed');
  else logger.debug({ reason: message.split(':')[0] }, 'the accounts library logged an error');
}
