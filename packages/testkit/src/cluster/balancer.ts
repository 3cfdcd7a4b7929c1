import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP load balancer without sticky sessions: each new connection goes to the next node. */
export interface Balancer extends AsyncDisposable {
  readonly port: number;
}

/** Skips a node that does not accept the connection. */
export async function openBalancer(nodePorts: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    open.add(client);
    client.on('error', () => undefined);
    client.on('close', () => open.delete(client));
    void reach().then((node) => {
      if (node === null) client.resetAndDestroy();
      else join(client, node);
    });
  });

  async function reach(): Promise<Socket | null> {
    for (let attempt = 0; attempt < nodePorts.length; attempt += 1) {
      const port = nodePorts[turn % nodePorts.length]!;
      turn += 1;
      const node = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      const reached = await once(node, 'connect').then(
        () => true,
        () => false,
      );
      if (reached) return node;
    }
    return null;
  }

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** Forwards bytes, ends and resets in both directions. */
function join(client: Socket, node: Socket): void {
  for (const [from, to] of [
    [client, node],
    [node, client],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => to.destroy());
  }
}
