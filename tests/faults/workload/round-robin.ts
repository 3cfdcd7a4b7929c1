import type { ClusterNode } from '@parley/testkit/cluster/proxied-cluster';

/**
 * A round robin over the nodes without sticky sessions and health checks: each connection goes to the next node, or to the one
 * after it if that node refuses.
 */
export class Balancer {
  readonly #nodes: readonly ClusterNode[];
  #nextIndex = 0;

  constructor(nodes: readonly ClusterNode[]) {
    this.#nodes = nodes;
  }

  /** The node of the next request. */
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
