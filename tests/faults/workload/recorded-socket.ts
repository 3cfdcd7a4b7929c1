import { SUBPROTOCOL, type ReadyFrame, type Reply } from '@parley/protocol';
import type { ProxiedNode } from '@parley/testkit/cluster/cluster';
import { connectRaw, type RawClient } from '@parley/testkit/raw-client';
import { ConnectionRecorder } from '../history/connection-recorder.ts';
import type { History } from '../history/history.ts';
import type { User } from './user.ts';

/** A node may refuse the first handshake after a fault. */
const MAX_TRIES = 3;

export interface RecordedSocketOptions {
  readonly node: ProxiedNode;
  /** The node's own address, or the address of its proxy. */
  readonly url: string;
  readonly user: User;
  /** Names the connection in the history. */
  readonly name: string;
  readonly history: History;
}

/** A raw client whose traffic is recorded in the history. It sends each command once. */
export class RecordedSocket {
  readonly #client: RawClient;

  /** Resolves with `ready`. Rejects if the connection ends before, in every attempt. */
  static async open(options: RecordedSocketOptions): Promise<RecordedSocket> {
    for (let tries = 1; ; tries += 1) {
      try {
        return new RecordedSocket(await connect(options));
      } catch (error) {
        if (tries === MAX_TRIES) throw error;
      }
    }
  }

  private constructor(client: RawClient) {
    this.#client = client;
  }

  get ready(): ReadyFrame {
    return this.#client.ready;
  }

  get isOpen(): boolean {
    return this.#client.isOpen;
  }

  /** Resolves when the connection has ended. */
  get closed(): Promise<unknown> {
    return this.#client.closed;
  }

  /** Resolves with the reply; null when the connection ended without one, so that the outcome is unknown. */
  async ask(command: object): Promise<Reply | null> {
    if (!this.isOpen) return null;
    try {
      return await this.#client.ask(command);
    } catch (error) {
      if (this.isOpen) throw error;
      return null;
    }
  }

  close(): void {
    void this.#client.close();
  }
}

function connect({ url, user, history, name, node }: RecordedSocketOptions): Promise<RawClient> {
  const recorder = new ConnectionRecorder(history, name, { user: user.id, node: node.name });
  return connectRaw({
    url,
    clientId: `${name.replaceAll(/[^A-Za-z0-9]/g, '-')}-${crypto.randomUUID()}`.slice(0, 64),
    protocols: [SUBPROTOCOL, `bearer.${user.token}`],
    timeoutMs: Number.POSITIVE_INFINITY,
    recorder,
  });
}
