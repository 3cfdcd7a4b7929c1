import type { ChannelId } from '@parley/protocol';
import { createApiClient } from '@parley/testkit/api-client';
import { createChannel, createUser } from '@parley/testkit/api-fixtures';
import type { ProxiedNode } from '@parley/testkit/cluster/cluster';
import type { History } from '../history/history.ts';
import { RecordedSocket } from './recorded-socket.ts';
import type { User } from './user.ts';

/** The users of a trial and their channels. */
export interface Fixtures {
  readonly users: readonly User[];
  readonly channels: readonly FixtureChannel[];
}

export interface FixtureChannel {
  readonly id: ChannelId;
  readonly members: readonly User[];
}

const NAMES = ['Ada', 'Bob', 'Cleo', 'Dan'] as const;

/** Creates users, a public channel for all, a private channel for two and a direct message of two. */
export async function createFixtures(node: ProxiedNode, history: History): Promise<Fixtures> {
  const { url } = node.server;
  const users = await Promise.all(NAMES.map((name) => createUser(url, name, name.toLowerCase())));
  const [ada, bob, cleo, dan] = users;
  if (ada === undefined || bob === undefined || cleo === undefined || dan === undefined) {
    throw new Error('a user is missing');
  }
  const open = await makeChannel(url, { kind: 'public', members: [ada, bob, cleo, dan] });
  const secret = await makeChannel(url, { kind: 'private', members: [bob, cleo] });
  return { users, channels: [open, secret, await openDirectMessage(node, history, [cleo, dan])] };
}

export async function makeChannel(
  url: string,
  { kind, members }: { readonly kind: 'public' | 'private'; readonly members: readonly User[] },
): Promise<FixtureChannel> {
  const [creator, ...others] = members;
  if (creator === undefined) throw new Error('a channel needs a creator');
  return { id: await createChannel([createApiClient(url, creator.token), ...others], kind), members };
}

/** Sends the first message, which creates the direct message. */
async function openDirectMessage(
  node: ProxiedNode,
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
