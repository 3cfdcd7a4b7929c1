import type { ChannelId } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import type { RawClient } from '@parley/testkit/raw-client';
import { startFixture, type TestUser } from '@parley/testkit/server-fixture';
import type { TestAPI } from 'vitest';

/**
 * Extends `test` with two new users, Ada and Bob, who are the members of a new private channel, and with connections of
 * theirs. A test gets only what it destructures. The tests of a file share a server that has `env`.
 */
export function withTwoMembers(test: TestAPI, env: Readonly<Record<string, string>> = {}) {
  return (
    test
      // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern what a fixture depends on
      .extend('fixture', { scope: 'file' }, async ({}, { onCleanup }) => {
        const fixture = await startFixture(env);
        onCleanup(() => fixture[Symbol.asyncDispose]());
        return fixture;
      })
      .extend('ada', ({ fixture }) => fixture.user())
      .extend('bob', ({ fixture }) => fixture.user())
      .extend('channel', ({ ada, bob }) => createChannel([ada, bob]))
      .extend('adas', ({ ada, channel }) => connectMember(ada, channel))
      .extend('adasPhone', ({ ada, channel }) => connectMember(ada, channel))
      .extend('bobs', ({ bob, channel }) => connectMember(bob, channel))
      .extend('bobsPhone', ({ bob, channel }) => connectMember(bob, channel))
  );
}

async function connectMember(user: TestUser, channel: ChannelId): Promise<RawClient> {
  const client = await user.connect();
  if (client.ready.channels.some(({ id }) => id === channel)) return client;
  throw new Error('`ready` does not contain the channel of the user');
}
