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
  readonly registry: ConnectionCounts;
  readonly claims: ClientIdClaims;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly inFlight: InFlightCommands;
  readonly config: Pick<Config, 'rateLimits'>;
}

/** The client at the other end of a connection: what it says is limited, decoded, carried out and answered. */
export class CommandReceiver implements TransportHandlers {
  readonly #deps: ReceiverDeps;
  readonly #connection: Connection;
  readonly #address: string;
  // Made when they are needed: most connections are idle.
  #limits: { readonly commands: TokenBucket; readonly frames: TokenBucket } | null = null;
  #inTurn: ReturnType<typeof createBulkReplyQueue> | null = null;
  #inFlight = 0;
  #outstandingChars = 0;

  constructor(deps: ReceiverDeps, { connection, address }: { connection: Connection; address: string }) {
    this.#deps = deps;
    this.#connection = connection;
    this.#address = address;
  }

  /** A sign of life. False when there were too many of them: the connection is closed. */
  onActivity(): boolean {
    const connection = this.#connection;
    connection.lastHeardMs = this.#deps.clock.elapsed();
    if (!this.#deps.config.rateLimits || this.#buckets().frames.take(connection.lastHeardMs)) return true;
    connection.close(CLOSE.flooding, 'too many frames');
    return false;
  }

  onText(text: string): void {
    const { inFlight } = this.#deps;
    if (this.#connection.isClosed || !this.onActivity() || inFlight.isDraining) return;
    const decoded = decodeClientFrame(text);
    if (!decoded.ok) return this.#refuse(decoded.error.ref, decoded.error);
    const command = decoded.value;
    const tooMuch = this.#limitExceeded();
    if (tooMuch !== null) return this.#refuse(command.ref, { code: 'rate_limited', ...tooMuch });
    this.#inFlight += 1;
    this.#outstandingChars += text.length;
    inFlight.start();
    void this.#answer(command).then((reply) => {
      this.#inFlight -= 1;
      this.#outstandingChars -= text.length;
      if (reply?.type === 'error') this.#deps.metrics.commandRefused(reply.code);
      if (reply !== null) this.#connection.send(reply);
      inFlight.finish();
    });
  }

  onClose(code: number): void {
    const { claims, hub, metrics, presence, registry, typing } = this.#deps;
    const connection = this.#connection;
    registry.remove(connection, this.#address);
    claims.release(connection);
    connection.socketClosed();
    if (connection.wasLive) presence.disconnected(connection.user);
    // While the channels are still heard here, so that what is known of their typists is not forgotten yet.
    typing.disconnected({ user: connection.user, connection: connection.id });
    hub.unregister(connection);
    metrics.connectionClosed(code);
  }

  /** Why a command is one too many, if it is. */
  #limitExceeded(): { readonly message: string; readonly retryAfterMs: number } | null {
    if (this.#deps.config.rateLimits) {
      const { commands } = this.#buckets();
      if (!commands.take(this.#connection.lastHeardMs)) {
        return { message: 'too many commands', retryAfterMs: commands.waitMs() };
      }
    }
    const isFull = this.#inFlight >= MAX_OUTSTANDING_COMMANDS || this.#outstandingChars > MAX_OUTSTANDING_CHARS;
    return isFull ? { message: 'too many unanswered commands', retryAfterMs: 100 } : null;
  }

  #buckets() {
    this.#limits ??= {
      commands: new TokenBucket(COMMAND_RATE, this.#connection.lastHeardMs),
      frames: new TokenBucket(FLOOD_RATE, this.#connection.lastHeardMs),
    };
    return this.#limits;
  }

  /** Carries a command out: at once, save for questions with large answers. */
  #answer(command: ClientFrame): Promise<ServerFrame | null> {
    const [deps, connection] = [this.#deps, this.#connection];
    if (command.type !== 'sync' && command.type !== 'history') return dispatch(deps, connection, command);
    this.#inTurn ??= createBulkReplyQueue(connection, deps.clock);
    return this.#inTurn(async () => (connection.isClosed ? null : dispatch(deps, connection, command)));
  }

  #refuse(ref: number | undefined, refusal: Parameters<typeof errorFrame>[1]): void {
    this.#deps.metrics.commandRefused(refusal.code);
    this.#connection.send(errorFrame(ref, refusal));
  }
}
