import type { ClusterNode } from '@parley/testkit/cluster/proxied-cluster';

/**
 * What stands before the nodes: each new connection goes to the next of them, nothing sticks, and a node that does not take
 * it is passed over. It knows nothing else of a node, as a balancer without health checks.
 */
export class Balancer {
  readonly #nodes: readonly ClusterNode[];
  #nextIndex = 0;

  constructor(nodes: readonly ClusterNode[]) {
    this.#nodes = nodes;
  }

  /** Where a request goes. */
  next(): ClusterNode {
    const [node] = this.order();
    if (node === undefined) throw new Error('there is no node');
    return node;
  }

  /** The nodes in the order in which a new connection tries them. */
  order(): readonly ClusterNode[] {
    const first = this.#nextIndex % this.#nodes.length;
    this.#nextIndex += 1;
    return [...this.#nodes.slice(first), ...this.#nodes.slice(0, first)];
  }
}
