import { describe, expect, test } from 'vitest';
import { BUS_ANSWER_MS } from '#limits.ts';
import type { BusMessage } from '#ports/bus.ts';
import type { UserRecord } from '#ports/users.ts';
import { clusterWorld, type ClusterWorld } from '#testing/cluster-fixture.ts';

/** Everyone's claims are said again. */
const ANNOUNCED_MS = 10_500;
const CLIENT_ID = 'the-same-one';

const losing =
  (...kinds: readonly BusMessage['kind'][]) =>
  ({ kind }: BusMessage) =>
    kinds.includes(kind);

describe('a clientId of one user', () => {
  test('[HS2] that connects at another node supersedes the older connection at once', async () => {
    await using world = await clusterWorld(2);
    const ada = world.addUser('Ada');
    const older = await world.connect(0, ada, 'ada-laptop');
    await world.clock.advance(50);
    const newer = await world.connect(1, ada, 'ada-laptop');
    await world.clock.advance(50);
    expect([older.closedWith, newer.closedWith]).toEqual([4009, null]);
  });

  test('[HS2] whose claim the bus lost supersedes the older connection when it is said again', async () => {
    await using world = await clusterWorld(2);
    const ada = world.addUser('Ada');
    const older = await world.connect(0, ada, 'ada-laptop');
    await world.clock.advance(50);
    world.loses = losing('claimed');
    const newer = await world.connect(1, ada, 'ada-laptop');
    await world.clock.advance(5_000);
    expect([older.closedWith, newer.closedWith]).toEqual([null, null]);
    world.loses = () => false;
    await world.clock.advance(ANNOUNCED_MS);
    expect([older.closedWith, newer.closedWith]).toEqual([4009, null]);
  });

  test('[HS2] that connects at two nodes at the same moment is left with one connection, and the other is asked to come back', async () => {
    await using world = await clusterWorld(2);
    const ada = world.addUser('Ada');
    const both = await Promise.all([0, 1].map((node) => world.connect(node, ada, 'ada-laptop')));
    await world.clock.advance(ANNOUNCED_MS);
    expect(both.map(({ closedWith }) => closedWith).filter((code) => code !== null)).toEqual([1012]);
  });

  test('[HS2] is kept by the newest connection when the claim of an older one comes late, or again', async () => {
    await using world = await clusterWorld(2);
    const ada = world.addUser('Ada');
    const older = await world.connect(0, ada, 'ada-laptop');
    await world.clock.advance(50);
    const newer = await world.connect(1, ada, 'ada-laptop');
    const claim = world.nodes[0]?.said.find(({ kind }) => kind === 'claimed');
    await world.clock.advance(50);
    if (claim !== undefined) world.nodes[0]?.bus.publish(`user.${ada.id}`, claim);
    await world.clock.advance(50);
    expect([older.closedWith, newer.closedWith]).toEqual([4009, null]);
  });
});

describe('a clientId that two users want', () => {
  test('[HS3] is refused at every node while one of them holds it, and free again after them', async () => {
    await using world = await clusterWorld(3);
    const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
    const adas = await world.connect(0, ada, CLIENT_ID);
    await world.clock.advance(50);
    for (const node of [0, 1, 2]) expect(await verdictOn(world, { node, user: bob })).toBe('client_id_taken');
    expect(await verdictOn(world, { node: 1, user: ada })).toBe('room');
    await adas.cut();
    for (const node of [0, 1, 2]) expect(await verdictOn(world, { node, user: bob })).toBe('room');
  });

  test('[HS3] is given to one of them when both ask at the same moment, at any nodes', async () => {
    await using world = await clusterWorld(2);
    const users = [world.addUser('Ada'), world.addUser('Bob')];
    for (const order of [users, users.toReversed()]) {
      for (const delayMs of [0, 1, 2]) {
        const [first, second] = order.map((user, node) => ({ node, user }));
        const seeking = seek(world, first!);
        await world.clock.advance(delayMs);
        const others = seek(world, second!);
        await world.clock.advance(10);
        using one = await seeking;
        using other = await others;
        expect([one, other].map((place) => place.whyNone()?.code ?? 'room').toSorted()).toEqual([
          'client_id_taken',
          'room',
        ]);
      }
    }
  });

  test('[HS16] asking for the verdict keeps it from nobody', async () => {
    await using world = await clusterWorld(2);
    const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
    const looking = seek(world, { node: 0, user: ada }, 'look');
    expect(await verdictOn(world, { node: 1, user: bob })).toBe('room');
    using place = await looking;
    expect(place.whyNone()).toBeNull();
  });

  test('[HS3] waits no longer than half a second for nodes that do not answer', async () => {
    await using world = await clusterWorld(2);
    const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
    await world.connect(0, ada, CLIENT_ID);
    world.loses = losing('client-held');
    const seeking = seek(world, { node: 1, user: bob });
    let found = false;
    void seeking.then(() => (found = true));
    await world.clock.advance(BUS_ANSWER_MS - 1);
    expect(found).toBe(false);
    await world.clock.advance(1);
    using place = await seeking;
    expect(place.whyNone()).toBeNull();
  });

  test('[HS3] stays with the one who was first when the bus was cut meanwhile, and the other is asked to come back', async () => {
    await using world = await clusterWorld(2);
    const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
    // The one whose id would win a tie comes second.
    const bobs = await world.connect(0, bob, CLIENT_ID);
    await world.clock.advance(50);
    world.loses = () => true;
    const adas = await world.connect(1, ada, CLIENT_ID);
    await world.clock.advance(5_000);
    expect([bobs.closedWith, adas.closedWith]).toEqual([null, null]);
    world.loses = () => false;
    await world.clock.advance(ANNOUNCED_MS);
    expect([bobs.closedWith, adas.closedWith]).toEqual([null, 1012]);
    expect(await verdictOn(world, { node: 1, user: ada })).toBe('client_id_taken');
  });

  test('[HS3] stays with one of them when nobody can tell who was first', async () => {
    await using world = await clusterWorld(2);
    const [ada, bob] = [world.addUser('Ada'), world.addUser('Bob')];
    world.loses = () => true;
    const devices = [await world.connect(0, bob, CLIENT_ID), await world.connect(1, ada, CLIENT_ID)];
    world.loses = () => false;
    await world.clock.advance(ANNOUNCED_MS);
    expect(devices.map(({ closedWith }) => closedWith)).toEqual([1012, null]);
  });

  test('[HS3] is free when the node of who held it has died', async () => {
    await using world = await clusterWorld(2);
    await world.connect(0, world.addUser('Ada'), CLIENT_ID);
    world.nodes[0]?.kill();
    expect(await verdictOn(world, { node: 1, user: world.addUser('Bob') })).toBe('room');
  });
});

interface Attempt {
  readonly node: number;
  readonly user: UserRecord;
}

function seek(world: ClusterWorld, { node, user }: Attempt, use: 'spend' | 'look' = 'spend') {
  const { core } = world.nodes[node]!;
  return core.gateway.room.seek({ clientId: CLIENT_ID, user: user.id, address: '127.0.0.1' }, use);
}

async function verdictOn(world: ClusterWorld, attempt: Attempt): Promise<string> {
  const seeking = seek(world, attempt);
  await world.clock.advance(10);
  using place = await seeking;
  return place.whyNone()?.code ?? 'room';
}
