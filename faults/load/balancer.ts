import type { ClusterNode } from '../cluster/cluster.ts';

/**
 * What stands before the nodes: each new connection goes to the next of them, nothing sticks, and a node that does not take
 * it is passed over. It knows nothing else of a node, as a balancer without health checks.
 */
export class Balancer {
  readonly #nodes: readonly ClusterNode[];
  #turn = 0;

  constructor(nodes: readonly ClusterNode[]) {
    if (nodes.length === 0) throw new Error('there is no node');
    this.#nodes = nodes;
  }

  /** Where a request goes. */
  next(): ClusterNode {
    return this.order()[0]!;
  }

  /** The nodes in the order in which a new connection tries them. */
  order(): readonly ClusterNode[] {
    const first = this.#turn % this.#nodes.length;
    this.#turn += 1;
    return [...this.#nodes.slice(first), ...this.#nodes.slice(0, first)];
  }
}
