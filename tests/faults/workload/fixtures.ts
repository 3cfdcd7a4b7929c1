import { channelReply, me, type ChannelId } from '@parley/protocol';
import { JWT_SECRET, type ClusterNode } from '@parley/testkit/cluster/proxied-cluster';
import { jwt } from '@parley/testkit/server-fixture';
import type { History } from '../history/history.ts';
import { RecordedSocket } from './recorded-socket.ts';
import type { User } from './user.ts';

/** Who is there, and where they talk. */
export interface Fixtures {
  readonly users: readonly User[];
  readonly channels: readonly FixtureChannel[];
}

export interface FixtureChannel {
  readonly id: ChannelId;
  readonly members: readonly User[];
}

const NAMES = ['Ada', 'Bob', 'Cleo', 'Dan'] as const;

/** Everyone in #general and a public channel, two in a private one, two in a direct message. */
export async function createFixtures(node: ClusterNode, history: History): Promise<Fixtures> {
  const { url } = node.server;
  const users = await Promise.all(NAMES.map((name) => createUser(url, name)));
  const [ada, bob, cleo, dan] = users;
  if (ada === undefined || bob === undefined || cleo === undefined || dan === undefined) throw new Error('nobody came');
  const open = await makeChannel(url, { kind: 'public', members: [ada, bob, cleo, dan] });
  const secret = await makeChannel(url, { kind: 'private', members: [bob, cleo] });
  return { users, channels: [open, secret, await openDirectMessage(node, history, [cleo, dan])] };
}

export async function makeChannel(
  url: string,
  { kind, members }: { readonly kind: 'public' | 'private'; readonly members: readonly User[] },
): Promise<FixtureChannel> {
  const [maker, ...others] = members;
  if (maker === undefined) throw new Error('a channel needs someone who makes it');
  const made = await call(url, maker, {
    method: 'POST',
    path: '/channels',
    body: { kind, name: `c-${crypto.randomUUID()}` },
  });
  const { id } = channelReply.parse(made).channel;
  for (const user of others) {
    await call(url, maker, { method: 'POST', path: `/channels/${id}/members`, body: { user: user.id } });
  }
  return { id, members };
}

async function createUser(url: string, name: string): Promise<User> {
  const token = jwt(
    { sub: name.toLowerCase(), name, exp: Math.floor(Date.now() / 1_000) + 86_400 },
    { secret: JWT_SECRET },
  );
  const { user } = me.parse(await call(url, { token }, { method: 'GET', path: '/me' }));
  return { id: user.id, name, token };
}

/** Its first message makes it. */
async function openDirectMessage(
  node: ClusterNode,
  history: History,
  [from, to]: readonly [User, User],
): Promise<FixtureChannel> {
  const socket = await RecordedSocket.open({ node, url: node.server.url, user: from, name: 'settler', history });
  const answer = await socket.ask({ type: 'send', to: to.id, id: crypto.randomUUID(), body: 'hello' });
  socket.close();
  const id = answer?.type === 'ok' ? answer.channel : undefined;
  if (id === undefined) throw new Error(`no direct message: ${JSON.stringify(answer)}`);
  return { id, members: [from, to] };
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** A request under `/api/v1` that must succeed. Answers its body; null when it has none. */
export async function call(
  url: string,
  { token }: Pick<User, 'token'>,
  { method, path, body }: Request,
): Promise<unknown> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}
