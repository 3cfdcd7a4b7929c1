import { randomUUID } from 'node:crypto';
import { channelReply, me, type ChannelId, type UserId } from '@parley/protocol';
import { createApiClient, type ApiClient } from './api-client.ts';
import { jwt } from './jwt.ts';

/** A user of a real server, with a client of the API that acts as them. */
export interface ApiUser extends ApiClient {
  readonly id: UserId;
  readonly name: string;
  readonly handle: string;
  /** A JWT, or the token of a session. */
  readonly token: string;
}

/** Makes a user who authenticates with a JWT. The server adds them to #general. */
export function createUser(url: string, name: string, sub: string = randomUUID()): Promise<ApiUser> {
  return findUser(url, name, jwt({ sub, name }));
}

/** The user whose token this is. */
export async function findUser(url: string, name: string, token: string): Promise<ApiUser> {
  const client = createApiClient(url, token);
  const { user } = (await client.api('GET', '/me')).as(me);
  return { id: user.id, name, handle: user.handle, token, ...client };
}

/** Creates a channel with these users in it. The first of them creates it and adds the others. */
export async function createChannel(
  [creator, ...others]: readonly [ApiClient, ...Pick<ApiUser, 'id'>[]],
  kind: 'public' | 'private' = 'private',
): Promise<ChannelId> {
  const response = await creator.api('POST', '/channels', { name: `c-${randomUUID()}`, kind });
  const { id } = response.as(channelReply).channel;
  for (const other of others) await creator.call('POST', `/channels/${id}/members`, { user: other.id });
  return id;
}
