import { FakeStorage, type SeededRandom } from '@parley/testkit';
import type { Cluster } from '@parley/testkit/cluster/proxied-cluster';
import type { History } from '../history/history.ts';
import type { Place } from './fixtures.ts';
import { RawSender } from './raw-client.ts';
import { Wire } from './recorded-socket.ts';
import { Balancer } from './round-robin.ts';
import { SdkUser } from './sdk-client.ts';
import type { Person } from './user.ts';

/** Everyone who uses the servers while they suffer. */
export interface Load {
  readonly programs: readonly SdkUser[];
  readonly senders: readonly RawSender[];
  write(): void;
  /** Nothing new is written. Resolves when the raw senders have their answers; what programs still hold is theirs to send. */
  rest(): Promise<void>;
  /** Messages that raw senders know to be stored. */
  acked(): number;
  stop(): Promise<void>;
}

export interface LoadParts {
  readonly cluster: Cluster;
  readonly place: Place;
  readonly history: History;
  readonly dice: SeededRandom;
}

interface Shares extends LoadParts {
  readonly balancer: Balancer;
}

export function startLoad(given: LoadParts): Load {
  const { place } = given;
  const parts = { ...given, balancer: new Balancer(given.cluster.nodes) };
  // Everyone has one device and one raw sender, the first two have a second device.
  const owners = [...place.people, ...place.people.slice(0, 2)];
  const programs = owners.map((person, index) => startProgram(parts, person, `${person.name}-device-${index + 1}`));
  const senders = place.people.map((person) => startSender(parts, person));
  return {
    programs,
    senders,
    write() {
      for (const one of [...programs, ...senders]) one.write();
    },
    async rest() {
      for (const program of programs) program.rest();
      await Promise.all(senders.map((sender) => sender.rest()));
    },
    acked: () => senders.reduce((sum, { acked }) => sum + acked, 0),
    async stop() {
      await Promise.all([...programs, ...senders].map((one) => one.stop()));
    },
  };
}

function startProgram({ balancer, place, history, dice }: Shares, person: Person, clientId: string): SdkUser {
  return new SdkUser({
    clientId,
    person,
    channels: channelsOf(place, person),
    balancer,
    storage: new FakeStorage(),
    history,
    dice: dice.fork(clientId),
  });
}

function startSender({ balancer, place, history, dice }: Shares, person: Person): RawSender {
  return new RawSender({
    name: `raw-${person.name}`,
    person,
    channels: channelsOf(place, person),
    dice: dice.fork(`raw ${person.name}`),
    async connect(who, name) {
      let failure: unknown = null;
      for (const node of balancer.order()) {
        try {
          return await Wire.open({ node, url: node.network.url, person: who, name, history });
        } catch (error) {
          failure = error;
        }
      }
      throw failure;
    },
  });
}

function channelsOf({ channels }: Place, person: Person): Place['channels'] {
  return channels.filter(({ members }) => members.includes(person));
}
