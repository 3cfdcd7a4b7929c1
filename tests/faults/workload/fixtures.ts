import { channelReply, me, type ChannelId } from '@parley/protocol';
import { JWT_SECRET, type ClusterNode } from '@parley/testkit/cluster/proxied-cluster';
import { jwt } from '@parley/testkit/server-fixture';
import type { History } from '../history/history.ts';
import { Wire } from './recorded-socket.ts';
import type { Person } from './user.ts';

/** Who is there, and where they talk. */
export interface Place {
  readonly people: readonly Person[];
  readonly channels: readonly ChannelPlan[];
}

export interface ChannelPlan {
  readonly id: ChannelId;
  readonly members: readonly Person[];
}

const NAMES = ['Ada', 'Bob', 'Cleo', 'Dan'] as const;

/** Everyone in #general and a public channel, two in a private one, two in a direct message. */
export async function settlePeople(node: ClusterNode, history: History): Promise<Place> {
  const { url } = node.server;
  const people = await Promise.all(NAMES.map((name) => meet(url, name)));
  const [ada, bob, cleo, dan] = people;
  if (ada === undefined || bob === undefined || cleo === undefined || dan === undefined) throw new Error('nobody came');
  const open = await makeChannel(url, { kind: 'public', members: [ada, bob, cleo, dan] });
  const secret = await makeChannel(url, { kind: 'private', members: [bob, cleo] });
  return { people, channels: [open, secret, await openDirectMessage(node, history, [cleo, dan])] };
}

export async function makeChannel(
  url: string,
  { kind, members }: { readonly kind: 'public' | 'private'; readonly members: readonly Person[] },
): Promise<ChannelPlan> {
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

async function meet(url: string, name: string): Promise<Person> {
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
  [from, to]: readonly [Person, Person],
): Promise<ChannelPlan> {
  const wire = await Wire.open({ node, url: node.server.url, person: from, name: 'settler', history });
  const answer = await wire.ask({ type: 'send', to: to.id, id: crypto.randomUUID(), body: 'hello' });
  wire.close();
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
  { token }: Pick<Person, 'token'>,
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
