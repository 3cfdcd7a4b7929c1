import type { ProxiedNode } from '@parley/testkit/cluster/cluster';

/**
 * A round robin over the nodes without sticky sessions and health checks: each connection goes to the next node, or to
 * the one after it if that node refuses.
 */
export class Balancer {
  readonly #nodes: readonly ProxiedNode[];
  #nextIndex = 0;

  constructor(nodes: readonly ProxiedNode[]) {
    this.#nodes = nodes;
  }

  /** The node of the next request. */
  next(): ProxiedNode {
    const [node] = this.order();
    if (node === undefined) throw new Error('there is no node');
    return node;
  }

  /** The nodes in the order in which a new connection tries them. */
  order(): readonly ProxiedNode[] {
    const first = this.#nextIndex % this.#nodes.length;
    this.#nextIndex += 1;
    return [...this.#nodes.slice(first), ...this.#nodes.slice(0, first)];
  }
}
