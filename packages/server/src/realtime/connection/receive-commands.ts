import { CLOSE, decodeClientFrame, type ClientFrame, type ServerFrame } from '@parley/protocol';
import type { Presence } from '#chat/presence/presence.ts';
import type { Config } from '#config/config.ts';
import { COMMAND_RATE, FLOOD_RATE, MAX_OUTSTANDING_CHARS, MAX_OUTSTANDING_COMMANDS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Metrics } from '#ports/metrics.ts';
import { TokenBucket } from '#token-bucket.ts';
import type { ClientIdClaims } from '../cluster/client-id-claims.ts';
import type { Hub } from '../fanout/hub.ts';
import type { ConnectionCounts } from '../handshake/connection-counts.ts';
import type { TransportHandlers } from '../socket/transport.ts';
import { createBulkReplyQueue } from './bulk-reply-queue.ts';
import type { Connection } from './connection.ts';
import { dispatch, errorFrame, type DispatchDeps } from './dispatch.ts';
import type { InFlightCommands } from './in-flight-commands.ts';

export interface ReceiverDeps extends DispatchDeps {
  readonly hub: Hub;
  readonly presence: Presence;
  readonly counts: ConnectionCounts;
  readonly claims: ClientIdClaims;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly inFlight: InFlightCommands;
  readonly config: Pick<Config, 'rateLimits'>;
}

/** Receives the frames of one connection: limits them, decodes them, runs the commands and sends the replies. */
export class CommandReceiver implements TransportHandlers {
  readonly #deps: ReceiverDeps;
  readonly #connection: Connection;
  readonly #address: string;
  // Created on first use: most connections are idle.
  #limits: { readonly commands: TokenBucket; readonly frames: TokenBucket } | null = null;
  #bulkReplies: ReturnType<typeof createBulkReplyQueue> | null = null;
  #inFlight = 0;
  #inFlightChars = 0;

  constructor(deps: ReceiverDeps, { connection, address }: { connection: Connection; address: string }) {
    this.#deps = deps;
    this.#connection = connection;
    this.#address = address;
  }

  /** Returns false when there were too many frames: the connection is closed then. */
  onActivity(): boolean {
    const connection = this.#connection;
    connection.lastActivityMs = this.#deps.clock.elapsed();
    if (!this.#deps.config.rateLimits || this.#buckets().frames.take(connection.lastActivityMs)) return true;
    connection.close(CLOSE.flooding, 'too many frames');
    return false;
  }

  onText(text: string): void {
    const { inFlight } = this.#deps;
    if (this.#connection.isClosed || !this.onActivity() || inFlight.isDraining) return;
    const decoded = decodeClientFrame(text);
    if (!decoded.ok) return this.#refuse(decoded.error.ref, decoded.error);
    const command = decoded.value;
    const exceeded = this.#limitExceeded();
    if (exceeded !== null) return this.#refuse(command.ref, { code: 'rate_limited', ...exceeded });
    this.#inFlight += 1;
    this.#inFlightChars += text.length;
    inFlight.start();
    void this.#run(command).then((reply) => {
      this.#inFlight -= 1;
      this.#inFlightChars -= text.length;
      if (reply?.type === 'error') this.#deps.metrics.commandRefused(reply.code);
      if (reply !== null) this.#connection.send(reply);
      inFlight.finish();
    });
  }

  onClose(code: number): void {
    const { claims, hub, metrics, presence, counts, typing } = this.#deps;
    const connection = this.#connection;
    counts.remove(connection, this.#address);
    claims.release(connection);
    connection.socketClosed();
    if (connection.wasLive) presence.disconnected(connection.user);
    // Before it unsubscribes: without subscribers here, the typists of a channel are forgotten.
    typing.disconnected({ user: connection.user, connection: connection.id });
    hub.unregister(connection);
    metrics.connectionClosed(code);
  }

  /** Why a command exceeds a limit; null when it does not. */
  #limitExceeded(): { readonly message: string; readonly retryAfterMs: number } | null {
    if (this.#deps.config.rateLimits) {
      const { commands } = this.#buckets();
      if (!commands.take(this.#connection.lastActivityMs)) {
        return { message: 'too many commands', retryAfterMs: commands.waitMs() };
      }
    }
    const isFull = this.#inFlight >= MAX_OUTSTANDING_COMMANDS || this.#inFlightChars > MAX_OUTSTANDING_CHARS;
    return isFull ? { message: 'too many unanswered commands', retryAfterMs: 100 } : null;
  }

  #buckets() {
    this.#limits ??= {
      commands: new TokenBucket(COMMAND_RATE, this.#connection.lastActivityMs),
      frames: new TokenBucket(FLOOD_RATE, this.#connection.lastActivityMs),
    };
    return this.#limits;
  }

  /** Runs a command: immediately, except for queries with large replies. */
  #run(command: ClientFrame): Promise<ServerFrame | null> {
    const [deps, connection] = [this.#deps, this.#connection];
    if (command.type !== 'sync' && command.type !== 'history') return dispatch(deps, connection, command);
    this.#bulkReplies ??= createBulkReplyQueue(connection, deps.clock);
    return this.#bulkReplies(async () => (connection.isClosed ? null : dispatch(deps, connection, command)));
  }

  #refuse(ref: number | undefined, refusal: Parameters<typeof errorFrame>[1]): void {
    this.#deps.metrics.commandRefused(refusal.code);
    this.#connection.send(errorFrame(ref, refusal));
  }
}
