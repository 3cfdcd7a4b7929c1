import { describe, expect, test } from 'vitest';
import { BUS_REPLY_TIMEOUT_MS } from '#limits.ts';
import type { BusMessage } from '#ports/bus.ts';
import type { UserRecord } from '#ports/users.ts';
import { clusterFixture, type ClusterFixture } from '#testing/cluster-fixture.ts';

/** By then all claims are published again. */
const ANNOUNCED_MS = 10_500;
const CLIENT_ID = 'the-same-one';

const losing =
  (...kinds: readonly BusMessage['kind'][]) =>
  ({ kind }: BusMessage) =>
    kinds.includes(kind);

describe('a clientId of one user', () => {
  test('[HS2] a connection to another node supersedes the older one immediately', async () => {
    await using fixture = await clusterFixture(2);
    const ada = fixture.addUser('Ada');
    const older = await fixture.connect(0, ada, 'ada-laptop');
    await fixture.clock.advance(50);
    const newer = await fixture.connect(1, ada, 'ada-laptop');
    await fixture.clock.advance(50);
    expect([older.closedWith, newer.closedWith]).toEqual([4009, null]);
  });

  test('[HS2] a connection whose claim was lost supersedes the older one when the claim is repeated', async () => {
    await using fixture = await clusterFixture(2);
    const ada = fixture.addUser('Ada');
    const older = await fixture.connect(0, ada, 'ada-laptop');
    await fixture.clock.advance(50);
    fixture.loses = losing('client-id-claimed');
    const newer = await fixture.connect(1, ada, 'ada-laptop');
    await fixture.clock.advance(5_000);
    expect([older.closedWith, newer.closedWith]).toEqual([null, null]);
    fixture.loses = () => false;
    await fixture.clock.advance(ANNOUNCED_MS);
    expect([older.closedWith, newer.closedWith]).toEqual([4009, null]);
  });

  test('[HS2] of two simultaneous connections at two nodes one stays and the other is asked to reconnect', async () => {
    await using fixture = await clusterFixture(2);
    const ada = fixture.addUser('Ada');
    const both = await Promise.all([0, 1].map((node) => fixture.connect(node, ada, 'ada-laptop')));
    await fixture.clock.advance(ANNOUNCED_MS);
    expect(both.map(({ closedWith }) => closedWith).filter((code) => code !== null)).toEqual([1012]);
  });

  test('[HS2] a late or repeated claim of an older connection does not close the newest one', async () => {
    await using fixture = await clusterFixture(2);
    const ada = fixture.addUser('Ada');
    const older = await fixture.connect(0, ada, 'ada-laptop');
    await fixture.clock.advance(50);
    const newer = await fixture.connect(1, ada, 'ada-laptop');
    const claim = fixture.nodes[0]?.published.find((message) => message.kind === 'client-id-claimed');
    await fixture.clock.advance(50);
    if (claim !== undefined) fixture.nodes[0]?.bus.publish('client.ada-laptop', claim);
    await fixture.clock.advance(50);
    expect([older.closedWith, newer.closedWith]).toEqual([4009, null]);
  });
});

describe('a clientId that two users request', () => {
  test('[HS3] a clientId is refused at every node while another user holds it, and free afterwards', async () => {
    await using fixture = await clusterFixture(3);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    const adas = await fixture.connect(0, ada, CLIENT_ID);
    await fixture.clock.advance(50);
    for (const node of [0, 1, 2]) expect(await outcomeOf(fixture, { node, user: bob })).toBe('client_id_taken');
    expect(await outcomeOf(fixture, { node: 1, user: ada })).toBe('room');
    await adas.disconnect();
    for (const node of [0, 1, 2]) expect(await outcomeOf(fixture, { node, user: bob })).toBe('room');
  });

  test('[HS3] of two users who request a clientId simultaneously exactly one gets it', async () => {
    await using fixture = await clusterFixture(2);
    const users = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    for (const order of [users, users.toReversed()]) {
      for (const delayMs of [0, 1, 2]) {
        const [first, second] = order.map((user, node) => ({ node, user }));
        const reserving = reserve(fixture, first!);
        await fixture.clock.advance(delayMs);
        const others = reserve(fixture, second!);
        await fixture.clock.advance(10);
        using one = await reserving;
        using other = await others;
        expect([one, other].map((reservation) => reservation.refusal()?.code ?? 'room').toSorted()).toEqual([
          'client_id_taken',
          'room',
        ]);
      }
    }
  });

  test('[HS16] a probe of the handshake does not reserve the clientId', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    const looking = reserve(fixture, { node: 0, user: ada }, 'peek');
    expect(await outcomeOf(fixture, { node: 1, user: bob })).toBe('room');
    using reservation = await looking;
    expect(reservation.refusal()).toBeNull();
  });

  test('[HS3] a handshake waits at most half a second for nodes that do not answer', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    await fixture.connect(0, ada, CLIENT_ID);
    fixture.loses = losing('client-id-held');
    const reserving = reserve(fixture, { node: 1, user: bob });
    let found = false;
    void reserving.then(() => (found = true));
    await fixture.clock.advance(BUS_REPLY_TIMEOUT_MS - 1);
    expect(found).toBe(false);
    await fixture.clock.advance(1);
    using reservation = await reserving;
    expect(reservation.refusal()).toBeNull();
  });

  test('[HS3] after a partition the first user keeps the clientId and the other is asked to reconnect', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    // The user whose id would win a tie connects second.
    const bobs = await fixture.connect(0, bob, CLIENT_ID);
    await fixture.clock.advance(50);
    fixture.loses = () => true;
    const adas = await fixture.connect(1, ada, CLIENT_ID);
    await fixture.clock.advance(5_000);
    expect([bobs.closedWith, adas.closedWith]).toEqual([null, null]);
    fixture.loses = () => false;
    await fixture.clock.advance(ANNOUNCED_MS);
    expect([bobs.closedWith, adas.closedWith]).toEqual([null, 1012]);
    expect(await outcomeOf(fixture, { node: 1, user: ada })).toBe('client_id_taken');
  });

  test('[HS3] one of two users keeps the clientId when their order is uncertain', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    fixture.loses = () => true;
    const devices = [await fixture.connect(0, bob, CLIENT_ID), await fixture.connect(1, ada, CLIENT_ID)];
    fixture.loses = () => false;
    await fixture.clock.advance(ANNOUNCED_MS);
    expect(devices.map(({ closedWith }) => closedWith)).toEqual([1012, null]);
  });

  test('[HS3] a clientId is free when the node of its holder has died', async () => {
    await using fixture = await clusterFixture(2);
    await fixture.connect(0, fixture.addUser('Ada'), CLIENT_ID);
    fixture.nodes[0]?.kill();
    expect(await outcomeOf(fixture, { node: 1, user: fixture.addUser('Bob') })).toBe('room');
  });
});

interface Attempt {
  readonly node: number;
  readonly user: UserRecord;
}

function reserve(fixture: ClusterFixture, { node, user }: Attempt, use: 'consume' | 'peek' = 'consume') {
  const { core } = fixture.nodes[node]!;
  return core.gateway.limiter.reserve({ clientId: CLIENT_ID, user: user.id, address: '127.0.0.1' }, use);
}

async function outcomeOf(fixture: ClusterFixture, attempt: Attempt): Promise<string> {
  const reserving = reserve(fixture, attempt);
  await fixture.clock.advance(10);
  using reservation = await reserving;
  return reservation.refusal()?.code ?? 'room';
}
