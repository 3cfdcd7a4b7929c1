import type { SeededRandom } from '@parley/testkit';
import type { Cluster, ProxiedNode } from '@parley/testkit/cluster/cluster';
import type { NodeLinks } from '@parley/testkit/cluster/node-links';
import type { Services } from '@parley/testkit/cluster/services';
import type { History } from '../history/history.ts';
import type { Fixtures } from '../workload/fixtures.ts';
import type { Workload } from '../workload/workload.ts';

/** The running system that faults are injected into while all clients write. */
export interface Trial {
  readonly cluster: Cluster<ProxiedNode>;
  /** What the nodes of the cluster share; null for one node. */
  readonly services: Services | null;
  readonly fixtures: Fixtures;
  readonly workload: Workload;
  readonly history: History;
  readonly random: SeededRandom;
}

export interface Fault {
  readonly name: string;
  /** Repetitions for the figures in `docs/results`. */
  readonly repetitions: number;
  /**
   * Faults between two comparisons of everything. If more than one, users press *Try now* after the last, because the
   * backoff has grown; otherwise they wait for it.
   */
  readonly faultsPerComparison: number;
  /** Faults before a fresh cluster is started. Default 50. */
  readonly faultsPerTrial?: number;
  /** Nodes of the cluster. Default 1; several share a PostgreSQL and a NATS. */
  readonly nodes?: number;
  /** Why this machine can't inject the fault. Null or absent if it can. */
  readonly unsupportedReason?: () => string | null;
  /** Opens the special data folder that the fault needs. Disposed together with the cluster. */
  readonly openDisk?: () => Promise<Disk>;
  /** Injects the fault into a healthy trial, waits until its causes have ended, and returns a description. */
  readonly inject: (trial: Trial, disk: Disk | null) => Promise<string>;
}

/** A data folder with limited space. */
export interface Disk extends AsyncDisposable {
  readonly folder: string;
  /** Uses all free space. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

export function pickNode(trial: Pick<Trial, 'cluster' | 'random'>): ProxiedNode {
  const [node] = pickNodes(trial, 1);
  if (node === undefined) throw new Error('there is no node');
  return node;
}

/** Picks different nodes, at most all. */
export function pickNodes(
  { cluster: { nodes }, random }: Pick<Trial, 'cluster' | 'random'>,
  count: number,
): ProxiedNode[] {
  const first = random.below(nodes.length);
  return [...nodes.slice(first), ...nodes.slice(0, first)].slice(0, count);
}

export function servicesOf({ services }: Pick<Trial, 'services'>): Services {
  if (services === null) throw new Error('one node shares nothing');
  return services;
}

export function linksOf({ name, links }: ProxiedNode): NodeLinks {
  if (links === null) throw new Error(`${name} shares nothing`);
  return links;
}
