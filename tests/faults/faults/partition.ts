import { setTimeout as sleep } from 'node:timers/promises';
import type { TcpProxy } from '@parley/testkit/tcp-proxy';
import { linksOf, pickNode, type Fault } from './fault.ts';
import { NATS_TIMEOUT_MS, POSTGRES_TIMEOUT_MS, outageDuration } from './outage-duration.ts';

interface Partition {
  readonly name: string;
  readonly from: 'nats' | 'postgres';
  readonly begin: (link: TcpProxy) => void;
}

const TIMEOUT_MS: Readonly<Record<Partition['from'], number>> = {
  nats: NATS_TIMEOUT_MS,
  postgres: POSTGRES_TIMEOUT_MS,
};

/**
 * Cut: both sides see the connection close, and new ones are refused. Black hole: data is lost, and neither side
 * notices.
 */
export const PARTITIONS: readonly Fault[] = [
  partition({ name: 'nats-cut', from: 'nats', begin: (link) => link.cut() }),
  partition({ name: 'nats-black-hole', from: 'nats', begin: (link) => link.dropAll() }),
  partition({ name: 'postgres-cut', from: 'postgres', begin: (link) => link.cut() }),
  partition({ name: 'postgres-black-hole', from: 'postgres', begin: (link) => link.dropAll() }),
];

/** Separates one random node from NATS or PostgreSQL. The other two stay connected. */
function partition({ name, from, begin }: Partition): Fault {
  return {
    name,
    nodes: 3,
    repetitions: 50,
    faultsPerComparison: 2,
    async inject(trial) {
      const { random } = trial;
      const node = pickNode(trial);
      const link = linksOf(node)[from];
      await sleep(random.between(20, 600));
      const affected = link.connections().length;
      begin(link);
      const forMs = await outageDuration(trial, TIMEOUT_MS[from]);
      link.heal();
      return `${name} of ${node.name}, ${affected} connections, for ${forMs} ms`;
    },
  };
}
