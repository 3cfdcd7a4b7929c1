import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { HEALTHY, Direction, type LinkConditions } from './tcp-direction.ts';

/** A TCP proxy that can disturb the connections between clients and a server. */
export interface TcpProxy extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Cuts every connection; until `heal`, new ones are refused. */
  cut(): void;
  /** Cuts WebSockets only, and refuses new ones until `heal`: pages still load. */
  cutWebSockets(): void;
  /** Delivers replies of the server only after `heal`. */
  holdReplies(): void;
  /** Drops what clients send, as on a path that is dead in one direction. `heal` cuts the connections that lost bytes. */
  dropRequests(): void;
  /** Drops the bytes of both directions without notifying either side: a black hole. */
  dropAll(): void;
  /** The open connections, each to be disturbed by itself. */
  connections(): readonly ProxiedConnection[];
  /** Restores healthy conditions, and cuts the connections that lost bytes: nothing retransmits those. */
  heal(): void;
}

export interface ProxiedConnection {
  /** Its first bytes are the handshake of a WebSocket. */
  readonly isWebSocket: boolean;
  /** From the client to the server. */
  setRequests(conditions: Partial<LinkConditions>): void;
  setReplies(conditions: Partial<LinkConditions>): void;
  /** Closes it for both sides. */
  cut(): void;
  /** Closes it for one side only, as if that machine had vanished: the other side is notified only at `heal`. */
  lose(side: 'client' | 'server'): void;
}

type Mode = 'healthy' | 'cut' | 'cut-websockets' | 'hold-replies' | 'drop-requests' | 'drop-all';

export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: Mode = 'healthy';
  const pairs = new Set<Pair>();
  // A side that has finished sending may still receive.
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (mode === 'cut') client.destroy();
    else join(client);
  });

  function join(client: Socket): void {
    const server = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pair = new Pair(client, server, {
      onRequestBytes: () => {
        if (mode === 'cut-websockets' && pair.isWebSocket) pair.cut();
      },
      onClose: () => pairs.delete(pair),
    });
    pairs.add(pair);
    if (mode === 'hold-replies') pair.setReplies({ mode: 'hold' });
    if (mode === 'drop-requests' || mode === 'drop-all') pair.setRequests({ mode: 'drop' });
    if (mode === 'drop-all') pair.setReplies({ mode: 'drop' });
  }

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    cut() {
      mode = 'cut';
      for (const pair of pairs) pair.cut();
    },
    cutWebSockets() {
      mode = 'cut-websockets';
      for (const pair of pairs) if (pair.isWebSocket) pair.cut();
    },
    holdReplies() {
      mode = 'hold-replies';
      for (const pair of pairs) pair.setReplies({ mode: 'hold' });
    },
    dropRequests() {
      mode = 'drop-requests';
      for (const pair of pairs) pair.setRequests({ mode: 'drop' });
    },
    dropAll() {
      mode = 'drop-all';
      for (const pair of pairs) {
        pair.setRequests({ mode: 'drop' });
        pair.setReplies({ mode: 'drop' });
      }
    },
    connections: () => [...pairs],
    heal() {
      mode = 'healthy';
      for (const pair of pairs) pair.heal();
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) pair.cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}

interface PairListener {
  /** Called with bytes of the client, before they are delivered. */
  readonly onRequestBytes: () => void;
  readonly onClose: () => void;
}

class Pair implements ProxiedConnection {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #requests: Direction;
  readonly #replies: Direction;
  readonly #listener: PairListener;
  isWebSocket = false;
  #hasLost = false;

  constructor(client: Socket, server: Socket, listener: PairListener) {
    this.#client = client;
    this.#server = server;
    this.#listener = listener;
    client.on('data', (chunk: Buffer) => {
      this.isWebSocket ||= chunk.toString('latin1', 0, 8) === 'GET /ws/';
      listener.onRequestBytes();
    });
    this.#requests = new Direction(client, server);
    this.#replies = new Direction(server, client);
    for (const socket of [client, server]) {
      socket.on('error', () => undefined); // 'close' follows.
      // The last bytes of a side that closed in order are still delivered.
      socket.on('close', (hadError) => {
        if (!this.#hasLost && (hadError || !socket.readableEnded)) this.cut();
        else if (client.destroyed && server.destroyed) this.cut();
      });
    }
  }

  setRequests(conditions: Partial<LinkConditions>): void {
    this.#requests.conditions = { ...this.#requests.conditions, ...conditions };
    this.#hasLost ||= conditions.mode === 'drop';
  }

  setReplies(conditions: Partial<LinkConditions>): void {
    this.#replies.conditions = { ...this.#replies.conditions, ...conditions };
    this.#hasLost ||= conditions.mode === 'drop';
  }

  cut(): void {
    this.#requests.close();
    this.#replies.close();
    this.#client.destroy();
    this.#server.destroy();
    this.#listener.onClose();
  }

  lose(side: 'client' | 'server'): void {
    this.#hasLost = true;
    this.#requests.close();
    this.#replies.close();
    const [gone, left] = side === 'client' ? [this.#client, this.#server] : [this.#server, this.#client];
    left.removeAllListeners('data');
    left.pause();
    gone.destroy();
  }

  heal(): void {
    if (this.#hasLost) return this.cut();
    this.#requests.conditions = HEALTHY;
    this.#replies.conditions = HEALTHY;
  }
}
