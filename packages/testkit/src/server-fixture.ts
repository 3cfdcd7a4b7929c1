import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { channelReply, me, type ChannelId, type MessageId, type OkFrame, type UserId } from '@parley/protocol';
import { nodesPerServer } from './cluster/shared-services.ts';
import { waitUntilSubscribed } from './cluster/wait-until-subscribed.ts';
import { connectRaw, type RawClient, type RawClientOptions } from './raw-client.ts';
import type { ServerOptions, ServerProcess } from './server-process.ts';
import { startTestServer } from './start-test-server.ts';

const JWT_SECRET = 'conformance-conformance-conformance';

/** A server of its own, or a cluster in its place, and the people who use it. Whoever it made leaves with it. */
export interface ServerFixture extends AsyncDisposable {
  readonly server: ServerProcess;
  /** Someone new, proven by a JWT. */
  user(name?: string): Promise<TestUser>;
  /** Someone new with an account: email and password. Needs `PARLEY_SIGNUP=open`, as the world has by default. */
  account(name?: string): Promise<Account>;
  /** A connection that proves its user by what `options` say, or not at all. */
  connect(options: Partial<RawClientOptions>): Promise<RawClient>;
  /** A request without any proof. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiResponse>;
}

export interface TestUser {
  readonly id: UserId;
  readonly name: string;
  readonly handle: string;
  /** A JWT, or the token of a session. */
  readonly token: string;
  connect(options?: Partial<RawClientOptions>): Promise<RawClient>;
  /** A request under `/api/v1` in this person's name. */
  api(method: string, path: string, body?: object): Promise<ApiResponse>;
}

export interface Account extends TestUser {
  readonly email: string;
  readonly password: string;
  /** What a browser would send as `Cookie`. */
  readonly cookie: string;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The `code` of a refusal; null when it is none. */
  readonly code: string | null;
  /** The body, which must be a success that `schema` describes to the letter. */
  as<T>(schema: Schema<T>): T;
}

interface Schema<T> {
  parse(value: unknown): T;
}

export interface FixtureOptions {
  /** What the world is on. Default: a server; in a run on several nodes, a cluster. */
  readonly start?: (options: ServerOptions) => Promise<ServerProcess>;
}

export async function startFixture(
  env: Readonly<Record<string, string>> = {},
  { start = startTestServer }: FixtureOptions = {},
): Promise<ServerFixture> {
  const own = { PARLEY_JWT_SECRET: JWT_SECRET, PARLEY_SIGNUP: 'open' };
  const server = await start({ env: { ...own, ...env } });
  const clients: RawClient[] = [];
  const part: Part = { server, remember: (client) => void clients.push(client) };
  return {
    server,
    user: (name = newName()) => toPerson(part, name, jwt({ sub: randomUUID(), name })),
    account: (name = newName()) => signUp(part, name),
    connect: (options) => connect(part, options),
    request: (method, path, options) => request(server, { method, path, ...options }),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await Promise.all(clients.map((client) => client.closed));
    },
  };
}

interface Part {
  readonly server: ServerProcess;
  readonly remember: (client: RawClient) => void;
}

async function toPerson(part: Part, name: string, token: string): Promise<TestUser> {
  const { server } = part;
  const headers = { Authorization: `Bearer ${token}` };
  async function api(method: string, path: string, body?: object): Promise<ApiResponse> {
    return request(server, { method, path: `/api/v1${path}`, headers, ...(body === undefined ? {} : { body }) });
  }
  const { user } = (await api('GET', '/me')).as(me);
  return {
    id: user.id,
    name,
    handle: user.handle,
    token,
    api,
    connect: (options = {}) => connect(part, { token, ...options }),
  };
}

async function connect({ server, remember }: Part, options: Partial<RawClientOptions>): Promise<RawClient> {
  const client = await connectRaw({ url: server.url, clientId: newClientId(), ...options });
  remember(client);
  return nodesPerServer() === 1 ? client : waitUntilSubscribed(client);
}

async function signUp(part: Part, name: string): Promise<Account> {
  const email = `${randomUUID()}@example.org`;
  const password = randomUUID();
  const answer = await request(part.server, {
    method: 'POST',
    path: '/api/auth/sign-up/email',
    headers: { Origin: part.server.url },
    body: { name, email, password },
  });
  if (answer.status !== 200) throw new Error(`sign-up was answered ${answer.status}: ${answer.text}`);
  const token = answer.headers.get('set-auth-token') ?? '';
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  return { ...(await toPerson(part, name, token)), email, password, cookie: cookie.join('; ') };
}

async function request(
  server: ServerProcess,
  { method, path, headers = {}, body }: RequestOptions & { readonly method: string; readonly path: string },
): Promise<ApiResponse> {
  const json = typeof body === 'object';
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...(json ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: json ? JSON.stringify(body) : (body ?? null),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, code: codeOf(text), as: (schema) => read(schema) };

  function read<T>(schema: Schema<T>): T {
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    const json: unknown = JSON.parse(text);
    const parsed = schema.parse(json);
    if (!isDeepStrictEqual(parsed, json)) throw new Error(`${method} ${path} answered fields of no schema: ${text}`);
    return parsed;
  }
}

function codeOf(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly code?: unknown; readonly message?: unknown } };
    return typeof error?.code === 'string' && typeof error.message === 'string' ? error.code : null;
  } catch {
    return null;
  }
}

/** Makes a channel with these people in it; the first of them made it. */
export async function makeChannel(
  people: readonly [TestUser, ...TestUser[]],
  kind: 'public' | 'private' = 'private',
): Promise<ChannelId> {
  const [maker, ...others] = people;
  const { channel } = (await maker.api('POST', '/channels', { name: `c-${randomUUID()}`, kind })).as(channelReply);
  for (const { id } of others) {
    const { status, text } = await maker.api('POST', `/channels/${channel.id}/members`, { user: id });
    if (status >= 300) throw new Error(`nobody could be added: ${status} ${text}`);
  }
  return channel.id;
}

export interface SentMessage {
  readonly id: MessageId;
  readonly seq: number;
  readonly at: number;
}

/** Sends a message to `channel` and waits for its `ok`. */
export async function post(client: RawClient, channel: ChannelId, body = 'hello'): Promise<SentMessage> {
  const id = randomUUID();
  const { seq, at } = await stored(client, { type: 'send', channel, id, body });
  return { id, seq, at };
}

/** Asks for a change and answers its `ok`, which must have a place in the log. */
export async function stored(client: RawClient, command: object): Promise<OkFrame & { seq: number; at: number }> {
  const reply = await client.ask(command);
  if (reply.type !== 'ok' || reply.seq === undefined || reply.at === undefined) {
    throw new Error(`${JSON.stringify(command)} was answered ${JSON.stringify(reply)}`);
  }
  return { ...reply, seq: reply.seq, at: reply.at };
}

export function newClientId(): string {
  return randomBytes(9).toString('base64url');
}

export function newName(): string {
  return `User ${randomBytes(4).toString('hex')}`;
}

/** A text that nothing else says: whoever has it was told. */
export function canary(): string {
  return `canary-${randomUUID()}`;
}

const HOUR_S = 3_600;

export interface JwtOptions {
  readonly secret?: string;
  readonly header?: object;
}

/** Signed by hand, so that bad ones can be made too. `exp` is in an hour, unless `claims` says otherwise. */
export function jwt(
  claims: object,
  { secret = JWT_SECRET, header = { alg: 'HS256', typ: 'JWT' } }: JwtOptions = {},
): string {
  const exp = Math.floor(Date.now() / 1_000) + HOUR_S;
  const signed = [header, { exp, ...claims }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const signature = createHmac('sha256', secret).update(signed.join('.')).digest('base64url');
  return [...signed, signature].join('.');
}
