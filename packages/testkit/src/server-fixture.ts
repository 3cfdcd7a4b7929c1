import { randomBytes, randomUUID } from 'node:crypto';
import type { ChannelId, MessageId, OkFrame } from '@parley/protocol';
import { sendRequest, type ApiResponse, type HttpRequest } from './api-client.ts';
import { createUser, findUser, type ApiUser } from './api-fixtures.ts';
import { nodesPerServer } from './cluster/shared-services.ts';
import { waitUntilSubscribed } from './cluster/wait-until-subscribed.ts';
import { JWT_SECRET } from './jwt.ts';
import { connectRaw, type RawClient, type RawClientOptions } from './raw-client.ts';
import type { ServerOptions, ServerProcess } from './server-process.ts';
import { startTestServer } from './start-test-server.ts';

/** A server of its own, or a cluster in its place, and its users. Disposal stops the server and ends their connections. */
export interface ServerFixture extends AsyncDisposable {
  readonly server: ServerProcess;
  /** A new user who authenticates with a JWT. */
  user(name?: string): Promise<TestUser>;
  /** A new user with an account: email and password. Needs `PARLEY_SIGNUP=open`, which the fixture sets by default. */
  account(name?: string): Promise<Account>;
  /** A connection that authenticates with what `options` contain, if anything. */
  connect(options: Partial<RawClientOptions>): Promise<RawClient>;
  /** A request without authentication. */
  request(method: string, path: string, options?: HttpRequest): Promise<ApiResponse>;
}

export interface TestUser extends ApiUser {
  connect(options?: Partial<RawClientOptions>): Promise<RawClient>;
}

export interface Account extends TestUser {
  readonly email: string;
  readonly password: string;
  /** As a browser sends it in `Cookie`. */
  readonly cookie: string;
}

export interface FixtureOptions {
  /** Starts what the fixture uses. Default: a server; in a run on several nodes, a cluster. */
  readonly start?: (options: ServerOptions) => Promise<ServerProcess>;
}

export async function startFixture(
  env: Readonly<Record<string, string>> = {},
  { start = startTestServer }: FixtureOptions = {},
): Promise<ServerFixture> {
  const server = await start({ env: { PARLEY_JWT_SECRET: JWT_SECRET, PARLEY_SIGNUP: 'open', ...env } });
  const clients: RawClient[] = [];

  async function connect(options: Partial<RawClientOptions>): Promise<RawClient> {
    const client = await connectRaw({ url: server.url, clientId: newClientId(), ...options });
    clients.push(client);
    return nodesPerServer() === 1 ? client : waitUntilSubscribed(client);
  }

  function toTestUser(user: ApiUser): TestUser {
    return { ...user, connect: (options = {}) => connect({ token: user.token, ...options }) };
  }

  return {
    server,
    user: async (name = newName()) => toTestUser(await createUser(server.url, name)),
    async account(name = newName()) {
      const { token, ...account } = await signUp(server.url, name);
      return { ...toTestUser(await findUser(server.url, name, token)), ...account };
    },
    connect,
    request: (method, path, options) => sendRequest(server.url, { method, path, ...options }),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await Promise.all(clients.map((client) => client.closed));
    },
  };
}

async function signUp(
  url: string,
  name: string,
): Promise<Pick<Account, 'email' | 'password' | 'cookie'> & { readonly token: string }> {
  const email = `${randomUUID()}@example.org`;
  const password = randomUUID();
  const response = await sendRequest(url, {
    method: 'POST',
    path: '/api/auth/sign-up/email',
    headers: { Origin: url },
    body: { name, email, password },
  });
  if (response.status !== 200) throw new Error(`sign-up was answered ${response.status}: ${response.text}`);
  const token = response.headers.get('set-auth-token') ?? '';
  const cookie = response.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  return { token, email, password, cookie: cookie.join('; ') };
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

/** Sends a command and answers its `ok`, which must have a position in the log. */
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

/** A text that occurs nowhere else: whatever contains it has leaked. */
export function canary(): string {
  return `canary-${randomUUID()}`;
}
