import { SUBPROTOCOL, type Reply, type ServerFrame } from '@parley/protocol';
import type { ClusterNode } from '@parley/testkit/cluster/proxied-cluster';
import { ConnectionRecorder } from '../history/connection-recorder.ts';
import type { History } from '../history/history.ts';
import type { User } from './user.ts';

/** Node's WebSocket may hand its request to a pooled HTTP connection whose server went the moment before. */
const MAX_TRIES = 3;

export type Ready = Extract<ServerFrame, { type: 'ready' }>;

export interface RecordedSocketOptions {
  readonly node: ClusterNode;
  /** The node's own address, or that of the network before it. */
  readonly url: string;
  readonly user: User;
  /** What the history calls it. */
  readonly name: string;
  readonly history: History;
}

/** A bare WebSocket, which sends what it is told once and believes nothing. */
export class RecordedSocket {
  readonly ready: Ready;
  /** Resolves with the code when the connection has ended. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #recorder: ConnectionRecorder;
  readonly #pending = new Map<number, (reply: Reply | null) => void>();
  #lastRef = 0;

  /** Resolves with the first frame. Rejects when the connection ends before, each time. */
  static async open(options: RecordedSocketOptions): Promise<RecordedSocket> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await RecordedSocket.#open(options);
      } catch (error) {
        if (tries === MAX_TRIES) throw error;
      }
    }
  }

  static #open(options: RecordedSocketOptions): Promise<RecordedSocket> {
    const { url, user, history, name, node } = options;
    const clientId = `${name.replaceAll(/[^A-Za-z0-9]/g, '-')}-${crypto.randomUUID()}`.slice(0, 64);
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws/${clientId}`, [SUBPROTOCOL, `bearer.${user.token}`]);
    const recorder = new ConnectionRecorder(history, name, { user: user.id, node: node.name });
    return new Promise((resolve, reject) => {
      let opened: RecordedSocket | null = null;
      socket.addEventListener('message', ({ data }) => {
        const frame = recorder.received(String(data));
        if (frame?.type === 'ready') opened = new RecordedSocket(socket, recorder, frame);
        if (opened !== null && frame?.type === 'ready') resolve(opened);
        else if (opened !== null && frame !== null) opened.#onFrame(frame);
      });
      socket.addEventListener('error', () => undefined); // 'close' follows.
      socket.addEventListener('close', ({ code }) => {
        recorder.closed(code);
        reject(new Error(`closed with ${code} before it was greeted`));
      });
    });
  }

  private constructor(socket: WebSocket, recorder: ConnectionRecorder, ready: Ready) {
    this.#socket = socket;
    this.#recorder = recorder;
    this.ready = ready;
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => {
        resolve(code);
        for (const settle of this.#pending.values()) settle(null);
        this.#pending.clear();
      });
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Resolves with the reply, or null when the connection ended without one: then nobody knows what became of it. */
  ask(command: object): Promise<Reply | null> {
    if (!this.isOpen) return Promise.resolve(null);
    this.#lastRef += 1;
    const ref = this.#lastRef;
    const text = JSON.stringify({ ...command, ref });
    this.#recorder.sent(text);
    this.#socket.send(text);
    return new Promise((resolve) => this.#pending.set(ref, resolve));
  }

  close(): void {
    this.#socket.close();
  }

  #onFrame(frame: ServerFrame): void {
    if (!('ref' in frame) || frame.ref === undefined) return;
    const settle = this.#pending.get(frame.ref);
    this.#pending.delete(frame.ref);
    settle?.(frame);
  }
}
