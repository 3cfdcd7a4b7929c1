import type { SeededRandom } from '@parley/testkit';
import type { Cluster, ClusterNode } from '@parley/testkit/cluster/proxied-cluster';
import type { SharedLinks, SharedServers } from '@parley/testkit/cluster/proxied-services';
import type { History } from '../history/history.ts';
import type { Fixtures } from '../workload/fixtures.ts';
import type { Workload } from '../workload/workload.ts';

/** What a fault happens to, while everyone writes. */
export interface Trial {
  readonly cluster: Cluster;
  readonly fixtures: Fixtures;
  readonly workload: Workload;
  readonly history: History;
  readonly random: SeededRandom;
}

export interface Fault {
  readonly name: string;
  /** How often it is done for the figures in `docs/results`. */
  readonly repetitions: number;
  /**
   * Faults from one comparison of everything to the next. With several, users press *Try now* after the last, because the
   * back-off has grown meanwhile; with one they wait for it.
   */
  readonly faultsPerComparison: number;
  /** After so many a fresh cluster takes over. Default 50. */
  readonly faultsPerTrial?: number;
  /** Nodes of the cluster it is done to. Default 1, and three share a PostgreSQL and a NATS. */
  readonly nodes?: number;
  /** Why this machine can't do it. Null, or left out, when it can. */
  readonly unsupportedReason?: () => string | null;
  /** The data folder it needs, when not any will do. Given back with the cluster. */
  readonly openDisk?: () => Promise<Disk>;
  /** Does it to a scene where all is well, and resolves when all the causes have ended. Answers what was done. */
  readonly inject: (trial: Trial, disk: Disk | null) => Promise<string>;
}

/** A data folder whose room is limited. */
export interface Disk extends AsyncDisposable {
  readonly folder: string;
  /** Until nothing more can be stored. */
  fill(): Promise<void>;
  free(): Promise<void>;
}

export function pickNode(trial: Pick<Trial, 'cluster' | 'random'>): ClusterNode {
  const [node] = pickNodes(trial, 1);
  if (node === undefined) throw new Error('there is no node');
  return node;
}

/** Different ones, at most as many as there are. */
export function pickNodes(
  { cluster: { nodes }, random }: Pick<Trial, 'cluster' | 'random'>,
  count: number,
): ClusterNode[] {
  const first = random.below(nodes.length);
  return [...nodes.slice(first), ...nodes.slice(0, first)].slice(0, count);
}

export function sharedOf({ cluster: { shared } }: Pick<Trial, 'cluster'>): SharedServers {
  if (shared === null) throw new Error('one node shares nothing');
  return shared;
}

export function linksOf({ name, links }: ClusterNode): SharedLinks {
  if (links === null) throw new Error(`${name} shares nothing`);
  return links;
}
