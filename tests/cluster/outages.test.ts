import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelId, LogEvent } from '@parley/protocol';
import { createChannel } from '@parley/testkit/api-fixtures';
import { startNats } from '@parley/testkit/nats-server';
import type { RawClient } from '@parley/testkit/raw-client';
import { post, stored } from '@parley/testkit/server-fixture';
import { expect, test } from 'vitest';
import { startClusterFixture, typeUntilReceived } from './fixture.ts';

test('after a node is killed, the other one has every message and reports the user as offline', async () => {
  await using fixture = await startClusterFixture();
  const [one, two] = fixture.nodes;
  const [ada, bob, cid] = [await fixture.user(), await fixture.user(), await fixture.user()];
  const channel = await createChannel([ada, bob, cid]);
  const [adas, bobs, cids] = [
    await ada.connect(one.address),
    await bob.connect(two.address),
    await cid.connect(two.address),
  ];
  await stored(adas, { type: 'send', to: bob.id, id: randomUUID(), body: 'hello' });
  await bobs.waitFor('presence', { user: ada.id, state: 'online' });
  const { seq } = await post(adas, channel, 'before the end');

  await one.kill('SIGKILL');
  expect((await adas.closed).code).toBe(1006);
  await bobs.waitFor('message', { channel, seq });
  const next = await post(bobs, channel, 'after the end');
  expect(next.seq).toBe(seq + 1);
  await cids.waitFor('message', { channel, seq: next.seq });
  const gone = () => bobs.received('presence', { user: ada.id, state: 'offline' }).length;
  await expect.poll(gone).toBe(1);

  // The balancer finds the remaining node.
  const again = await ada.connect();
  expect(again.ready.channels.find(({ id }) => id === channel)).toMatchObject({ lastSeq: next.seq });
  await one.restart();
  const last = await post(await cid.connect(one.address), channel, 'back again');
  await bobs.waitFor('message', { channel, seq: last.seq });
});

test('[SD1] a rolling restart under load loses, duplicates and reorders no message', async () => {
  await using fixture = await startClusterFixture();
  const [ada, bob] = [await fixture.user(), await fixture.user()];
  const channel = await createChannel([ada, bob]);
  const restarted = new AbortController();
  const acked = new Map<string, number>();

  /** Sends one message after the other, and retries each on a new connection until it is acknowledged. */
  async function sendMessages(): Promise<void> {
    let client: RawClient | null = null;
    while (!restarted.signal.aborted) {
      const id = randomUUID();
      while (!acked.has(id)) {
        client ??= await ada.connect().catch(() => null);
        const answer =
          client === null ? null : await stored(client, { type: 'send', channel, id, body: id }).catch(() => null);
        if (answer === null) client = await sleep(50, null);
        else acked.set(id, answer.seq);
      }
    }
  }
  const senders = [sendMessages(), sendMessages()];
  for (const node of fixture.nodes) await node.restart();
  restarted.abort();
  await Promise.all(senders);

  const bobs = await bob.connect();
  const { events } = await syncAll(bobs, channel);
  const seqs = events.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  const messages = events.flatMap((event) =>
    event.type === 'message' ? [[event.message.id, event.seq] as const] : [],
  );
  expect(acked.size).toBeGreaterThan(10);
  expect(new Map(messages)).toEqual(acked);
  expect(messages).toHaveLength(acked.size);
});

test('without NATS, users on both nodes receive every message, and typing again once it is back', async () => {
  await using nats = await startNats();
  await using fixture = await startClusterFixture({}, { natsUrl: nats.url });
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.user(), await fixture.user()];
  const channel = await createChannel([ada, bob]);
  const [adas, bobs] = [await ada.connect(one.address), await bob.connect(two.address)];
  const messages = [await post(adas, channel)];

  await nats.kill('SIGKILL');
  for (let round = 0; round < 3; round += 1) {
    const [fromAda, fromBob] = await Promise.all([post(adas, channel), post(bobs, channel)]);
    await bobs.waitFor('message', { channel, seq: fromAda.seq });
    await adas.waitFor('message', { channel, seq: fromBob.seq });
    messages.push(fromAda, fromBob);
  }
  await nats.start();
  adas.send({ type: 'typing', channel, on: false });
  await typeUntilReceived(adas, bobs, channel);
  messages.push(await post(bobs, channel));

  await Promise.all([adas.settle(), bobs.settle()]);
  const inOrder = messages.map(({ seq }) => seq).toSorted((a, b) => a - b);
  for (const client of [adas, bobs]) {
    expect(client.received('message', { channel }).map(({ seq }) => seq)).toEqual(inOrder);
  }
});

test('without NATS, a member removed on one node receives nothing more on the other', async () => {
  await using nats = await startNats();
  await using fixture = await startClusterFixture({}, { natsUrl: nats.url });
  const [one, two] = fixture.nodes;
  const [ada, bob] = [await fixture.user(), await fixture.user()];
  const channel = await createChannel([ada, bob]);
  const [adas, bobs] = [await ada.connect(one.address), await bob.connect(two.address)];
  await nats.kill('SIGKILL');
  expect((await ada.api('DELETE', `/channels/${channel}/members/${bob.id}`)).status).toBe(204);
  await bobs.waitFor('removed', { channel });
  await post(adas, channel, 'a secret');
  await bobs.settle();
  expect(bobs.texts.join()).not.toContain('a secret');
});

test('nodes that start without NATS find each other once it runs', async () => {
  await using nats = await startNats();
  await nats.stop();
  await using fixture = await startClusterFixture({}, { natsUrl: nats.url });
  const [one, two] = fixture.nodes;
  expect(fixture.server.output()).toContain('NATS is away');
  const [ada, bob] = [await fixture.user(), await fixture.user()];
  const channel = await createChannel([ada, bob]);
  const [adas, bobs] = [await ada.connect(one.address), await bob.connect(two.address)];
  const first = await post(adas, channel);
  await bobs.waitFor('message', { channel, seq: first.seq });
  await nats.start();
  await expect.poll(() => fixture.server.output().match(/connected to NATS/g)?.length).toBe(2);
  await typeUntilReceived(adas, bobs, channel);
  await bobs.waitFor('typing', { user: ada.id });
});

/** Reads the whole log of a channel. */
async function syncAll(client: RawClient, channel: ChannelId): Promise<{ readonly events: readonly LogEvent[] }> {
  const events: LogEvent[] = [];
  for (;;) {
    const page = await client.ask({ type: 'sync', channel, after: events.length });
    if (page.type !== 'events') throw new Error(`sync was answered ${JSON.stringify(page)}`);
    events.push(...page.events);
    if (!page.more) return { events };
  }
}
