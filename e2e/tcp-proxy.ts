import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between a client and a server that can be made bad. */
export interface TcpProxy extends AsyncDisposable {
  readonly url: string;
  /** Cuts every connection; until `heal`, new ones are refused. */
  cut(): void;
  /** Cuts WebSockets only, and refuses new ones until `heal`: pages still load. */
  cutWebSockets(): void;
  /** What the server sends arrives only after `heal`. */
  holdReplies(): void;
  /** What clients send vanishes, as on a path that is dead in one direction. Connections that were open at `heal` are cut. */
  swallowRequests(): void;
  heal(): void;
}

type Mode = 'good' | 'cut' | 'cut-websockets' | 'hold-replies' | 'swallow-requests';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isWebSocket: boolean;
  readonly held: Buffer[];
}

export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: Mode = 'good';
  const pairs = new Set<Pair>();
  const listener = createServer((client) => {
    if (mode === 'cut') client.destroy();
    else join(client);
  });

  function join(client: Socket): void {
    const pair: Pair = { client, server: connect(targetPort, '127.0.0.1'), isWebSocket: false, held: [] };
    pairs.add(pair);
    client.on('data', (chunk) => {
      pair.isWebSocket ||= chunk.toString('latin1').startsWith('GET /ws/');
      if (mode === 'cut-websockets' && pair.isWebSocket) destroy(pair);
      else if (mode !== 'swallow-requests') pair.server.write(chunk);
    });
    pair.server.on('data', (chunk) => {
      if (mode === 'hold-replies') pair.held.push(chunk);
      else client.write(chunk);
    });
    for (const socket of [client, pair.server]) {
      socket.on('error', () => undefined);
      socket.on('close', () => destroy(pair));
    }
  }

  function destroy(pair: Pair): void {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    cut() {
      mode = 'cut';
      for (const pair of pairs) destroy(pair);
    },
    cutWebSockets() {
      mode = 'cut-websockets';
      for (const pair of pairs) if (pair.isWebSocket) destroy(pair);
    },
    holdReplies() {
      mode = 'hold-replies';
    },
    swallowRequests() {
      mode = 'swallow-requests';
    },
    heal() {
      const before = mode;
      mode = 'good';
      for (const pair of pairs) {
        for (const chunk of pair.held.splice(0)) pair.client.write(chunk);
        if (before === 'swallow-requests') destroy(pair);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) destroy(pair);
      listener.close();
      await once(listener, 'close');
    },
  };
}
