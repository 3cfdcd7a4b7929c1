import { describe, expect, test } from 'vitest';
import { BUS_REPLY_TIMEOUT_MS } from '#limits.ts';
import type { BusMessage } from '#ports/bus.ts';
import type { UserRecord } from '#ports/users.ts';
import { clusterFixture, type ClusterFixture } from '#testing/cluster-fixture.ts';

/** Everyone's claims are said again. */
const ANNOUNCED_MS = 10_500;
const CLIENT_ID = 'the-same-one';

const losing =
  (...kinds: readonly BusMessage['kind'][]) =>
  ({ kind }: BusMessage) =>
    kinds.includes(kind);

describe('a clientId of one user', () => {
  test('[HS2] that connects at another node supersedes the older connection at once', async () => {
    await using fixture = await clusterFixture(2);
    const ada = fixture.addUser('Ada');
    const older = await fixture.connect(0, ada, 'ada-laptop');
    await fixture.clock.advance(50);
    const newer = await fixture.connect(1, ada, 'ada-laptop');
    await fixture.clock.advance(50);
    expect([older.closedWith, newer.closedWith]).toEqual([4009, null]);
  });

  test('[HS2] whose claim the bus lost supersedes the older connection when it is said again', async () => {
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

  test('[HS2] that connects at two nodes at the same moment is left with one connection, and the other is asked to come back', async () => {
    await using fixture = await clusterFixture(2);
    const ada = fixture.addUser('Ada');
    const both = await Promise.all([0, 1].map((node) => fixture.connect(node, ada, 'ada-laptop')));
    await fixture.clock.advance(ANNOUNCED_MS);
    expect(both.map(({ closedWith }) => closedWith).filter((code) => code !== null)).toEqual([1012]);
  });

  test('[HS2] is kept by the newest connection when the claim of an older one comes late, or again', async () => {
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

describe('a clientId that two users want', () => {
  test('[HS3] is refused at every node while one of them holds it, and free again after them', async () => {
    await using fixture = await clusterFixture(3);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    const adas = await fixture.connect(0, ada, CLIENT_ID);
    await fixture.clock.advance(50);
    for (const node of [0, 1, 2]) expect(await verdictOn(fixture, { node, user: bob })).toBe('client_id_taken');
    expect(await verdictOn(fixture, { node: 1, user: ada })).toBe('room');
    await adas.disconnect();
    for (const node of [0, 1, 2]) expect(await verdictOn(fixture, { node, user: bob })).toBe('room');
  });

  test('[HS3] is given to one of them when both ask at the same moment, at any nodes', async () => {
    await using fixture = await clusterFixture(2);
    const users = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    for (const order of [users, users.toReversed()]) {
      for (const delayMs of [0, 1, 2]) {
        const [first, second] = order.map((user, node) => ({ node, user }));
        const seeking = seek(fixture, first!);
        await fixture.clock.advance(delayMs);
        const others = seek(fixture, second!);
        await fixture.clock.advance(10);
        using one = await seeking;
        using other = await others;
        expect([one, other].map((place) => place.refusal()?.code ?? 'room').toSorted()).toEqual([
          'client_id_taken',
          'room',
        ]);
      }
    }
  });

  test('[HS16] asking for the verdict keeps it from nobody', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    const looking = seek(fixture, { node: 0, user: ada }, 'peek');
    expect(await verdictOn(fixture, { node: 1, user: bob })).toBe('room');
    using place = await looking;
    expect(place.refusal()).toBeNull();
  });

  test('[HS3] waits no longer than half a second for nodes that do not answer', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    await fixture.connect(0, ada, CLIENT_ID);
    fixture.loses = losing('client-id-held');
    const seeking = seek(fixture, { node: 1, user: bob });
    let found = false;
    void seeking.then(() => (found = true));
    await fixture.clock.advance(BUS_REPLY_TIMEOUT_MS - 1);
    expect(found).toBe(false);
    await fixture.clock.advance(1);
    using place = await seeking;
    expect(place.refusal()).toBeNull();
  });

  test('[HS3] stays with the one who was first when the bus was cut meanwhile, and the other is asked to come back', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    // The one whose id would win a tie comes second.
    const bobs = await fixture.connect(0, bob, CLIENT_ID);
    await fixture.clock.advance(50);
    fixture.loses = () => true;
    const adas = await fixture.connect(1, ada, CLIENT_ID);
    await fixture.clock.advance(5_000);
    expect([bobs.closedWith, adas.closedWith]).toEqual([null, null]);
    fixture.loses = () => false;
    await fixture.clock.advance(ANNOUNCED_MS);
    expect([bobs.closedWith, adas.closedWith]).toEqual([null, 1012]);
    expect(await verdictOn(fixture, { node: 1, user: ada })).toBe('client_id_taken');
  });

  test('[HS3] stays with one of them when nobody can tell who was first', async () => {
    await using fixture = await clusterFixture(2);
    const [ada, bob] = [fixture.addUser('Ada'), fixture.addUser('Bob')];
    fixture.loses = () => true;
    const devices = [await fixture.connect(0, bob, CLIENT_ID), await fixture.connect(1, ada, CLIENT_ID)];
    fixture.loses = () => false;
    await fixture.clock.advance(ANNOUNCED_MS);
    expect(devices.map(({ closedWith }) => closedWith)).toEqual([1012, null]);
  });

  test('[HS3] is free when the node of who held it has died', async () => {
    await using fixture = await clusterFixture(2);
    await fixture.connect(0, fixture.addUser('Ada'), CLIENT_ID);
    fixture.nodes[0]?.kill();
    expect(await verdictOn(fixture, { node: 1, user: fixture.addUser('Bob') })).toBe('room');
  });
});

interface Attempt {
  readonly node: number;
  readonly user: UserRecord;
}

function seek(fixture: ClusterFixture, { node, user }: Attempt, use: 'consume' | 'peek' = 'consume') {
  const { core } = fixture.nodes[node]!;
  return core.gateway.limiter.reserve({ clientId: CLIENT_ID, user: user.id, address: '127.0.0.1' }, use);
}

async function verdictOn(fixture: ClusterFixture, attempt: Attempt): Promise<string> {
  const seeking = seek(fixture, attempt);
  await fixture.clock.advance(10);
  using place = await seeking;
  return place.refusal()?.code ?? 'room';
}
