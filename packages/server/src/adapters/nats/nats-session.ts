import { PermissionViolationError, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import {
  BUS_REPLY_TIMEOUT_MS,
  BUS_CONFIRM_BYTES,
  BUS_MISSED_PINGS,
  BUS_PING_MS,
  MAX_BUS_UNCONFIRMED_BYTES,
} from '#limits.ts';
import type { Clock } from '#ports/clock.ts';

/** A message as the library delivers it. */
export interface SignedMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** The subject of the reply, when the message is a request. */
  readonly reply?: string;
}

export interface NatsSessionDeps {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly onMessage: (message: SignedMessage) => void;
  /** Called when NATS denies a permission. */
  readonly onPermissionDenied: (error: Error) => void;
}

/**
 * One connection to NATS, until it closes. The library has no bound on what it buffers for a server that does not read, and
 * would wait for that server on closing. So this pings the server regularly, sends nothing while too many bytes are
 * unconfirmed, and closes the connection when the server does not respond.
 */
export class NatsSession {
  readonly #deps: NatsSessionDeps;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #closed = Promise.withResolvers<string>();
  #unconfirmedBytes = 0;
  #confirming = false;
  #missedPings = 0;
  #stopPinging: () => void = () => undefined;

  constructor(deps: NatsSessionDeps) {
    this.#deps = deps;
    const { connection } = deps;
    void connection.closed().then((error) => this.#end(error instanceof Error ? error.message : 'it closed'));
    void this.#watchPermissions();
    this.#ping();
  }

  /** Resolves with the reason when the connection has closed. */
  get closed(): Promise<string> {
    return this.#closed.promise;
  }

  /** The server's limit of one message. */
  get maxPayloadBytes(): number {
    return this.#deps.connection.info?.max_payload ?? 0;
  }

  /** Returns false when it was not sent, because the server is too slow. */
  publish(subject: string, payload: Uint8Array): boolean {
    if (this.#unconfirmedBytes + payload.length > MAX_BUS_UNCONFIRMED_BYTES || this.#isClosed) return false;
    this.#deps.connection.publish(subject, payload);
    this.#unconfirmedBytes += payload.length;
    if (this.#unconfirmedBytes > BUS_CONFIRM_BYTES) this.#confirm();
    return true;
  }

  /** Resolves with null when no reply arrives in time. NATS reports immediately that there is no subscriber. */
  async request(subject: string, payload: Uint8Array): Promise<SignedMessage | null> {
    if (this.#unconfirmedBytes + payload.length > MAX_BUS_UNCONFIRMED_BYTES || this.#isClosed) return null;
    this.#unconfirmedBytes += payload.length;
    return this.#deps.connection.request(subject, payload, { timeout: BUS_REPLY_TIMEOUT_MS }).catch(() => null);
  }

  subscribe(subject: string): void {
    if (this.#isClosed) return;
    const subscription = this.#deps.connection.subscribe(subject, {
      // Must not throw: the library would silently stop reading.
      callback: (error, message) => {
        if (error === null) this.#deps.onMessage(message);
      },
    });
    this.#subscriptions.set(subject, subscription);
  }

  unsubscribe(subject: string): void {
    const subscription = this.#subscriptions.get(subject);
    this.#subscriptions.delete(subject);
    if (!this.#isClosed) subscription?.unsubscribe();
  }

  /** Resolves when the server has received everything sent before, or the connection has closed. */
  async settled(): Promise<void> {
    if (this.#isClosed) return;
    const answered = this.#deps.connection.flush().catch(() => undefined);
    await Promise.race([answered, this.closed]);
  }

  /** Closes the connection without waiting for buffered data. */
  async close(): Promise<void> {
    this.#end('it was closed here');
    await this.#deps.connection.close();
  }

  get #isClosed(): boolean {
    return this.#deps.connection.isClosed();
  }

  /** One ping at a time. Its pong confirms everything sent before it. */
  #confirm(): void {
    if (this.#confirming || this.#isClosed) return;
    this.#confirming = true;
    const coveredBytes = this.#unconfirmedBytes;
    this.#deps.connection.flush().then(
      () => {
        this.#confirming = false;
        this.#missedPings = 0;
        this.#unconfirmedBytes -= coveredBytes;
      },
      () => undefined,
    );
  }

  /** A late tick counts once, so that a busy node does not blame the server. */
  #ping(): void {
    this.#stopPinging = this.#deps.clock.after(BUS_PING_MS, () => {
      if (this.#confirming) this.#missedPings += 1;
      if (this.#missedPings < BUS_MISSED_PINGS) {
        this.#confirm();
        this.#ping();
        return;
      }
      this.#end('it does not answer');
      void this.#deps.connection.close();
    });
  }

  #end(reason: string): void {
    this.#stopPinging();
    this.#closed.resolve(reason);
  }

  async #watchPermissions(): Promise<void> {
    for await (const status of this.#deps.connection.status()) {
      const error = status.type === 'error' ? status.error : null;
      if (error instanceof PermissionViolationError) this.#deps.onPermissionDenied(error);
    }
  }
}
