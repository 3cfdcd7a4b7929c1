import { FakeStorage, type SeededRandom } from '@parley/testkit';
import type { Cluster, ProxiedNode } from '@parley/testkit/cluster/cluster';
import type { History } from '../history/history.ts';
import type { Fixtures } from './fixtures.ts';
import { RawClient } from './raw-client.ts';
import { RecordedSocket } from './recorded-socket.ts';
import { Balancer } from './round-robin.ts';
import { SdkClient } from './sdk-client.ts';
import type { User } from './user.ts';

/** All clients that use the servers during faults. */
export interface Workload {
  readonly clients: readonly SdkClient[];
  readonly rawClients: readonly RawClient[];
  write(): void;
  /** Stops new writes. Resolves when raw clients have their replies; SDK clients may still send pending operations. */
  pause(): Promise<void>;
  /** Number of messages acknowledged to raw clients. */
  acked(): number;
  stop(): Promise<void>;
}

export interface WorkloadOptions {
  readonly cluster: Cluster<ProxiedNode>;
  readonly fixtures: Fixtures;
  readonly history: History;
  readonly random: SeededRandom;
}

interface Shares extends WorkloadOptions {
  readonly balancer: Balancer;
}

export function startWorkload(given: WorkloadOptions): Workload {
  const { fixtures } = given;
  const options = { ...given, balancer: new Balancer(given.cluster.nodes) };
  // Each user has one device and one raw client; the first two have a second device.
  const owners = [...fixtures.users, ...fixtures.users.slice(0, 2)];
  const clients = owners.map((user, index) => startSdkClient(options, user, `${user.name}-device-${index + 1}`));
  const rawClients = fixtures.users.map((user) => startRawClient(options, user));
  return {
    clients,
    rawClients,
    write() {
      for (const one of [...clients, ...rawClients]) one.write();
    },
    async pause() {
      for (const client of clients) client.pause();
      await Promise.all(rawClients.map((client) => client.pause()));
    },
    acked: () => rawClients.reduce((sum, { acked }) => sum + acked, 0),
    async stop() {
      await Promise.all([...clients, ...rawClients].map((one) => one.stop()));
    },
  };
}

function startSdkClient({ balancer, fixtures, history, random }: Shares, user: User, clientId: string): SdkClient {
  return new SdkClient({
    clientId,
    user,
    channels: channelsOf(fixtures, user),
    balancer,
    storage: new FakeStorage(),
    history,
    random: random.fork(clientId),
  });
}

function startRawClient({ balancer, fixtures, history, random }: Shares, user: User): RawClient {
  return new RawClient({
    name: `raw-${user.name}`,
    user,
    channels: channelsOf(fixtures, user),
    random: random.fork(`raw ${user.name}`),
    async connect(owner, name) {
      let failure: unknown = null;
      for (const node of balancer.order()) {
        try {
          return await RecordedSocket.open({ node, url: node.network.url, user: owner, name, history });
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
  });
}

function channelsOf({ channels }: Fixtures, user: User): Fixtures['channels'] {
  return channels.filter(({ members }) => members.includes(user));
}
