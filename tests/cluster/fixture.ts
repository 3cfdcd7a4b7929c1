import type { ChannelId } from '@parley/protocol';
import { startBalancedServer, type BalancedServer } from '@parley/testkit/cluster/balanced-server';
import { findSharedServices, type SharedServices } from '@parley/testkit/cluster/shared-services';
import type { RawClient, RawClientOptions } from '@parley/testkit/raw-client';
import { startFixture, type ServerFixture } from '@parley/testkit/server-fixture';
import type { ServerProcess } from '@parley/testkit/server-process';
import { expect } from 'vitest';

/** A fixture on two nodes that tests can address one by one. */
export interface ClusterFixture extends ServerFixture {
  readonly nodes: readonly [ClusterNode, ClusterNode];
}

export interface ClusterNode extends ServerProcess {
  /** Connects a client to this node instead of the balancer. */
  readonly address: Pick<RawClientOptions, 'url'>;
}

/** Starts two nodes on a new database. Services in `own` replace the shared ones. */
export async function startClusterFixture(
  env: Readonly<Record<string, string>> = {},
  own: Partial<SharedServices> = {},
): Promise<ClusterFixture> {
  const shared = findSharedServices();
  if (shared === null) throw new Error('tests of several nodes need cluster/shared-services.setup.ts');
  let cluster: BalancedServer | null = null;
  const fixture = await startFixture(env, {
    async start(options) {
      cluster = await startBalancedServer({ nodes: 2, shared: { ...shared, ...own }, ...options });
      return cluster;
    },
  });
  const [one, two] =
    (cluster as BalancedServer | null)?.nodes.map((node) => ({ ...node, address: { url: node.url } })) ?? [];
  return { ...fixture, nodes: [one!, two!] };
}

/** Interval at which a client repeats a typing signal. */
const TYPING_REPEAT_MS = 1_600;

/** Types until `receiver`, on another node, is notified: a typing signal may be lost between nodes, so clients repeat it. */
export async function typeUntilReceived(sender: RawClient, receiver: RawClient, channel: ChannelId): Promise<void> {
  const signals = () => {
    sender.send({ type: 'typing', channel, on: true });
    return receiver.received('typing', { channel, on: true }).length;
  };
  await expect.poll(signals, { interval: TYPING_REPEAT_MS }).toBeGreaterThan(0);
}
