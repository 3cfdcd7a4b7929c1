import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { HEALTHY, Direction, type LinkConditions } from './tcp-direction.ts';

/** A network between a client and a server that can be made bad. */
export interface TcpProxy extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Cuts every connection; until `heal`, new ones are refused. */
  cut(): void;
  /** Cuts WebSockets only, and refuses new ones until `heal`: pages still load. */
  cutWebSockets(): void;
  /** What the server sends arrives only after `heal`. */
  holdReplies(): void;
  /** What clients send vanishes, as on a path that is dead in one direction. Connections that were open at `heal` are cut. */
  dropRequests(): void;
  /** The same in both directions: nobody is told, and nobody is answered. */
  dropAll(): void;
  /** Those that are open now, each to be made bad by itself. */
  connections(): readonly ProxiedConnection[];
  /** Everything is well again, and what was lost in between is not made up for: connections that lost something are cut. */
  heal(): void;
}

export interface ProxiedConnection {
  /** Has said something that begins like the handshake of a WebSocket. */
  readonly isWebSocket: boolean;
  /** From the client to the server. */
  setRequests(weather: Partial<LinkConditions>): void;
  setReplies(weather: Partial<LinkConditions>): void;
  /** Both sides are told. */
  cut(): void;
  /** As if the machine of one side were gone from one moment to the next: the other is not told before `heal`. */
  lose(side: 'client' | 'server'): void;
}

type Mode = 'good' | 'cut' | 'cut-websockets' | 'hold-replies' | 'swallow-requests' | 'swallow-all';

export async function openTcpProxy(targetPort: number): Promise<TcpProxy> {
  let mode: Mode = 'good';
  const pairs = new Set<Pair>();
  // A side that has said everything may still be told something.
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
    if (mode === 'hold-replies') pair.setReplies({ mode: 'later' });
    if (mode === 'swallow-requests' || mode === 'swallow-all') pair.setRequests({ mode: 'never' });
    if (mode === 'swallow-all') pair.setReplies({ mode: 'never' });
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
      for (const pair of pairs) pair.setReplies({ mode: 'later' });
    },
    dropRequests() {
      mode = 'swallow-requests';
      for (const pair of pairs) pair.setRequests({ mode: 'never' });
    },
    dropAll() {
      mode = 'swallow-all';
      for (const pair of pairs) {
        pair.setRequests({ mode: 'never' });
        pair.setReplies({ mode: 'never' });
      }
    },
    connections: () => [...pairs],
    heal() {
      mode = 'good';
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
  /** The client has said something, which is carried after this. */
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
      // What one side said before it went is still carried, unless it went without a goodbye.
      socket.on('close', (hadError) => {
        if (!this.#hasLost && (hadError || !socket.readableEnded)) this.cut();
        else if (client.destroyed && server.destroyed) this.cut();
      });
    }
  }

  setRequests(weather: Partial<LinkConditions>): void {
    this.#requests.conditions = { ...this.#requests.conditions, ...weather };
    this.#hasLost ||= weather.mode === 'never';
  }

  setReplies(weather: Partial<LinkConditions>): void {
    this.#replies.conditions = { ...this.#replies.conditions, ...weather };
    this.#hasLost ||= weather.mode === 'never';
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
