import { CLOSE, decodeClientFrame, type ClientFrame, type ServerFrame } from '@parley/protocol';
import type { Presence } from '#chat/presence/presence.ts';
import type { Config } from '#config/config.ts';
import { COMMAND_RATE, FLOOD_RATE, MAX_OUTSTANDING_CHARS, MAX_OUTSTANDING_COMMANDS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Metrics } from '#ports/metrics.ts';
import { TokenBucket } from '#token-bucket.ts';
import type { Claims } from '../cluster/client-id-claims.ts';
import type { Fanout } from '../fanout/hub.ts';
import type { Registry } from '../handshake/connection-counts.ts';
import type { WireEvents } from '../socket/transport.ts';
import { createQuestionTurns } from './bulk-reply-queue.ts';
import type { Connection } from './connection.ts';
import { dispatch, errorFrame, type DispatchParts } from './dispatch.ts';
import type { UnderWay } from './in-flight-commands.ts';

export interface PeerParts extends DispatchParts {
  readonly fanout: Fanout;
  readonly presence: Presence;
  readonly registry: Registry;
  readonly claims: Claims;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly underWay: UnderWay;
  readonly config: Pick<Config, 'rateLimits'>;
}

/** The client at the other end of a connection: what it says is limited, decoded, carried out and answered. */
export class Peer implements WireEvents {
  readonly #parts: PeerParts;
  readonly #connection: Connection;
  readonly #address: string;
  // Made when they are needed: most connections are idle.
  #limits: { readonly commands: TokenBucket; readonly frames: TokenBucket } | null = null;
  #inTurn: ReturnType<typeof createQuestionTurns> | null = null;
  #outstanding = 0;
  #outstandingChars = 0;

  constructor(parts: PeerParts, { connection, address }: { connection: Connection; address: string }) {
    this.#parts = parts;
    this.#connection = connection;
    this.#address = address;
  }

  /** A sign of life. False when there were too many of them: the connection is closed. */
  heard(): boolean {
    const connection = this.#connection;
    connection.lastHeardMs = this.#parts.clock.elapsed();
    if (!this.#parts.config.rateLimits || this.#buckets().frames.take(connection.lastHeardMs)) return true;
    connection.close(CLOSE.flooding, 'too many frames');
    return false;
  }

  received(text: string): void {
    const { underWay } = this.#parts;
    if (this.#connection.isClosed || !this.heard() || underWay.isOver) return;
    const decoded = decodeClientFrame(text);
    if (!decoded.ok) return this.#refuse(decoded.error.ref, decoded.error);
    const command = decoded.value;
    const tooMuch = this.#tooMuch();
    if (tooMuch !== null) return this.#refuse(command.ref, { code: 'rate_limited', ...tooMuch });
    this.#outstanding += 1;
    this.#outstandingChars += text.length;
    underWay.begin();
    void this.#answer(command).then((reply) => {
      this.#outstanding -= 1;
      this.#outstandingChars -= text.length;
      if (reply?.type === 'error') this.#parts.metrics.commandRefused(reply.code);
      if (reply !== null) this.#connection.send(reply);
      underWay.end();
    });
  }

  closed(code: number): void {
    const { claims, fanout, metrics, presence, registry, typing } = this.#parts;
    const connection = this.#connection;
    registry.leave(connection, this.#address);
    claims.release(connection);
    connection.ended();
    if (connection.wasLive) presence.went(connection.user);
    // While the channels are still heard here, so that what is known of their typists is not forgotten yet.
    typing.gone({ user: connection.user, connection: connection.id });
    fanout.unregister(connection);
    metrics.connectionClosed(code);
  }

  /** Why a command is one too many, if it is. */
  #tooMuch(): { readonly message: string; readonly retryAfterMs: number } | null {
    if (this.#parts.config.rateLimits) {
      const { commands } = this.#buckets();
      if (!commands.take(this.#connection.lastHeardMs)) {
        return { message: 'too many commands', retryAfterMs: commands.waitMs() };
      }
    }
    const isFull = this.#outstanding >= MAX_OUTSTANDING_COMMANDS || this.#outstandingChars > MAX_OUTSTANDING_CHARS;
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
    const [parts, connection] = [this.#parts, this.#connection];
    if (command.type !== 'sync' && command.type !== 'history') return dispatch(parts, connection, command);
    this.#inTurn ??= createQuestionTurns(connection, parts.clock);
    return this.#inTurn(async () => (connection.isClosed ? null : dispatch(parts, connection, command)));
  }

  #refuse(ref: number | undefined, refusal: Parameters<typeof errorFrame>[1]): void {
    this.#parts.metrics.commandRefused(refusal.code);
    this.#connection.send(errorFrame(ref, refusal));
  }
}
