import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@parley/testkit';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { createLocalBus } from '#adapters/local-bus.ts';
import type { OpenedDatabase } from '#adapters/opened-database.ts';
import { createCore } from '#app.ts';
import type { Chat } from '#chat/chat.ts';
import type { Config } from '#config/config.ts';
import { readConfig } from '#config/read-config.ts';
import type { HttpDeps } from '#http/context.ts';
import { createHttpApp } from '#http/http-app.ts';
import { createAuth, type Auth, type AuthDeps } from '#identity/create-auth.ts';
import type { UserMessage } from '#ports/bus.ts';
import type { Logger } from '#ports/logger.ts';
import { nullMetrics } from './null-logger.ts';
import { openTestDatabase } from './test-database.ts';

/** A complete server without sockets, with a real database in a temporary folder and a virtual clock. */
export interface HttpFixture extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly config: Config;
  readonly auth: Auth;
  readonly chat: Chat;
  readonly database: OpenedDatabase;
  /** All lines logged so far, as JSON. */
  readonly logged: string[];
  request(method: string, path: string, options?: TestRequest): Promise<TestResponse>;
  /** Signs up. The first user owns the server. */
  signUp(name: string, more?: object): Promise<TestUser>;
  /** Collects the bus messages about `user` from now on. */
  collectMessages(user: string): UserMessage[];
}

export interface FixtureOptions {
  /** Environment variables; sign-up is open unless they say otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Replaces dependencies. */
  readonly wrapAuth?: (deps: AuthDeps) => AuthDeps;
  readonly wrapHttp?: (deps: HttpDeps) => HttpDeps;
}

export interface TestRequest {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string unchanged. */
  readonly body?: object | string;
  /** The address of the peer. Default 203.0.113.7. */
  readonly from?: string;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; null if it is not JSON. */
  readonly json: unknown;
  /** The error code; null in a success. */
  readonly code: string | null;
}

export interface TestUser {
  readonly id: string;
  readonly token: string;
  /** As a browser sends it: `name=value`. */
  readonly cookie: string;
  readonly email: string;
  readonly password: string;
  request(method: string, path: string, body?: object): Promise<TestResponse>;
}

export const HOST = 'parley.test:3000';
export const OWN_ORIGIN = `http://${HOST}`;

export async function httpFixture({ env, wrapAuth, wrapHttp }: FixtureOptions = {}): Promise<HttpFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-http-'));
  const config = configFrom({ PARLEY_DATA: folder, PARLEY_SIGNUP: 'open', ...env });
  // Starts at the real time, because the accounts library reads the real clock.
  const clock = new VirtualClock(Date.now());
  const logged: string[] = [];
  const logger = recordingLogger(logged);
  const random = cryptoRandom;
  const bus = createLocalBus(logger);
  const database = await openTestDatabase({ folder, clock, random, logger });
  const { store, users } = database;
  const deps = { config, store, users, bus, clock, random, logger, metrics: nullMetrics, afterTurn: setImmediate };
  const core = await createCore(deps);
  const authDeps: AuthDeps = {
    ...deps,
    secret: 'a secret for tests that is long enough',
    database,
    chat: core.chat,
  };
  const auth = createAuth(wrapAuth?.(authDeps) ?? authDeps);
  const metrics = { render: async () => '# nothing\n' };
  const httpDeps: HttpDeps = { ...deps, ...auth, chat: core.chat, metrics, webFolder: join(folder, 'no-web') };
  const app = createHttpApp(wrapHttp?.(httpDeps) ?? httpDeps);
  const request = createRequest((path, init, bindings) => app.request(path, init, bindings));
  return {
    clock,
    config,
    auth,
    chat: core.chat,
    database,
    logged,
    request,
    signUp: (name, more = {}) => signUp(request, name, more),
    collectMessages(user) {
      const received: UserMessage[] = [];
      bus.subscribe(`user.${user}`, (message) => received.push(message));
      return received;
    },
    async [Symbol.asyncDispose]() {
      core.close();
      await bus.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configFrom(env: Readonly<Record<string, string>>): Config {
  const config = readConfig(env);
  if (!config.ok) throw new Error(config.error.join(', '));
  return config.value;
}

function recordingLogger(lines: string[]): Logger {
  const record = (fields: object, message: string): void => void lines.push(JSON.stringify({ ...fields, message }));
  return { debug: record, info: record, warn: record, error: record };
}

type Send = (path: string, init: RequestInit, bindings: object) => Response | Promise<Response>;

function createRequest(send: Send): HttpFixture['request'] {
  return async (method, path, { token, headers = {}, body, from = '203.0.113.7' } = {}) => {
    const sent: Record<string, string> = {
      host: HOST,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
      ...headers,
    };
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const init = { method, headers: sent, ...(text === undefined ? {} : { body: text }) };
    const response = await send(path, init, { incoming: { socket: { remoteAddress: from }, headers: sent } });
    return toTestResponse(response);
  };
}

async function toTestResponse(response: Response): Promise<TestResponse> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const json: unknown = isJson ? JSON.parse(text) : null;
  const error = (json as { readonly error?: { readonly code: string } } | null)?.error;
  return { status: response.status, headers: response.headers, text, json, code: error?.code ?? null };
}

async function signUp(request: HttpFixture['request'], name: string, more: object): Promise<TestUser> {
  const email = `${name.toLowerCase()}@example.org`;
  const password = `the password of ${name}`;
  const response = await request('POST', '/api/auth/sign-up/email', { body: { name, email, password, ...more } });
  if (response.status !== 200) throw new Error(`sign-up failed with ${response.status}: ${response.text}`);
  const { token, user } = response.json as { readonly token: string; readonly user: { readonly id: string } };
  const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  return {
    id: user.id,
    token,
    cookie,
    email,
    password,
    request: (method, path, body) => request(method, path, { token, ...(body === undefined ? {} : { body }) }),
  };
}
