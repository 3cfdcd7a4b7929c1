import { connect } from '@nats-io/transport-node';
import {
  BUS_CLOSE_TIMEOUT_MS,
  BUS_CONNECT_TIMEOUT_MS,
  BUS_RETRY_MAX_MS,
  BUS_RETRY_MS,
  BUS_WARNING_INTERVAL_MS,
} from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Random } from '#ports/random.ts';
import type { LossLog } from './loss-log.ts';
import type { NatsAddress } from './nats-address.ts';
import { NatsSession, type SignedMessage } from './nats-session.ts';

export interface NatsLinkDeps {
  readonly address: NatsAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly losses: LossLog;
  /** The prefix of the subjects of replies. */
  readonly replyPrefix: string;
  readonly onMessage: (message: SignedMessage) => void;
  /** Called after the first connection and each reconnection, once all subscriptions are active. */
  readonly onConnected: () => void;
}

type LinkState =
  | { readonly name: 'away'; readonly sinceMs: number }
  | { readonly name: 'up'; readonly session: NatsSession }
  | { readonly name: 'closed' };

/**
 * Stays connected to NATS through consecutive sessions. Messages published while it is disconnected are dropped, because
 * the store has their content. Each session subscribes again to all subjects.
 */
export class NatsLink {
  readonly #deps: NatsLinkDeps;
  readonly #subjects = new Set<string>();
  readonly #firstConnected = Promise.withResolvers<void>();
  #state: LinkState;
  #endPause: () => void = () => undefined;
  #loggedAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: NatsLinkDeps) {
    this.#deps = deps;
    this.#state = { name: 'away', sinceMs: deps.clock.elapsed() };
    deps.metrics.busConnected(false);
    void this.#run();
  }

  /** Resolves when the first session is connected. */
  get firstConnected(): Promise<void> {
    return this.#firstConnected.promise;
  }

  /** The current limit of one message; null while disconnected. */
  get maxPayloadBytes(): number | null {
    return this.#state.name === 'up' ? this.#state.session.maxPayloadBytes : null;
  }

  publish(subject: string, payload: Uint8Array): void {
    if (this.#state.name !== 'up') return this.#deps.losses.count('away');
    if (!this.#state.session.publish(subject, payload)) this.#deps.losses.count('congested');
  }

  /** Resolves with null when no reply arrives in time, and immediately when there is no subscriber or no connection. */
  async request(subject: string, payload: Uint8Array): Promise<SignedMessage | null> {
    return this.#state.name === 'up' ? this.#state.session.request(subject, payload) : null;
  }

  subscribe(subject: string): void {
    this.#subjects.add(subject);
    if (this.#state.name === 'up') this.#state.session.subscribe(subject);
  }

  unsubscribe(subject: string): void {
    this.#subjects.delete(subject);
    if (this.#state.name === 'up') this.#state.session.unsubscribe(subject);
  }

  /** Resolves when NATS has received everything sent before, immediately while disconnected. */
  async settled(): Promise<void> {
    if (this.#state.name === 'up') await this.#state.session.settled();
  }

  /** Waits a moment for the last messages to be delivered. A connection attempt in flight ends by its own timeout. */
  async close(): Promise<void> {
    const before = this.#state;
    this.#state = { name: 'closed' };
    this.#endPause();
    if (before.name !== 'up') return;
    await Promise.race([before.session.settled(), this.#pause(BUS_CLOSE_TIMEOUT_MS)]);
    this.#endPause();
    await before.session.close();
  }

  get #isClosed(): boolean {
    return this.#state.name === 'closed';
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (!this.#isClosed) {
      const session = await this.#connect();
      if (session !== null) {
        attempt = 0;
        await this.#use(session);
      }
      if (!this.#isClosed) await this.#pause(retryDelayMs(attempt, this.#deps.random));
      attempt += 1;
    }
  }

  async #connect(): Promise<NatsSession | null> {
    const { address, replyPrefix, clock, onMessage, losses } = this.#deps;
    try {
      const connection = await connect({
        ...address,
        name: 'parley',
        noEcho: true,
        inboxPrefix: replyPrefix,
        // Capturing a stack trace for each request would cost more than the request.
        noAsyncTraces: true,
        timeout: BUS_CONNECT_TIMEOUT_MS,
        // One session is one connection: `#run` decides when to reconnect.
        reconnect: false,
        ignoreClusterUpdates: true,
      });
      const onPermissionDenied = (error: Error): void => losses.count('not-allowed', { reason: error.message });
      return new NatsSession({ connection, clock, onMessage, onPermissionDenied });
    } catch (error) {
      this.#logDisconnected(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** Resolves when the session has ended. */
  async #use(session: NatsSession): Promise<void> {
    const before = this.#state;
    if (before.name === 'closed') return session.close();
    const { clock, logger, metrics, address, onConnected } = this.#deps;
    for (const subject of this.#subjects) session.subscribe(subject);
    this.#state = { name: 'up', session };
    metrics.busConnected(true);
    await session.settled();
    if (this.#isClosed) return;
    const awayMs = before.name === 'away' ? Math.round(clock.elapsed() - before.sinceMs) : 0;
    logger.info({ servers: address.servers, awayMs }, 'connected to NATS');
    this.#firstConnected.resolve();
    onConnected();
    const reason = await session.closed;
    metrics.busConnected(false);
    if (this.#isClosed) return;
    this.#state = { name: 'away', sinceMs: clock.elapsed() };
    this.#loggedAtMs = Number.NEGATIVE_INFINITY;
    this.#logDisconnected(reason);
  }

  /** Logs each outage once, and again at long intervals. */
  #logDisconnected(reason: string): void {
    const { address, clock, logger } = this.#deps;
    if (this.#isClosed || clock.elapsed() - this.#loggedAtMs < BUS_WARNING_INTERVAL_MS) return;
    this.#loggedAtMs = clock.elapsed();
    const sentence =
      'NATS is away: this node works alone, and gets the changes of other nodes from the database, later';
    logger.error({ servers: address.servers, reason }, sentence);
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const undo = this.#deps.clock.after(delayMs, resolve);
      this.#endPause = () => {
        undo();
        resolve();
      };
    });
  }
}

/** Full jitter, so that nodes that lost one NATS server at the same time do not reconnect at the same time. */
function retryDelayMs(attempt: number, random: Random): number {
  return random.fraction() * Math.min(BUS_RETRY_MAX_MS, BUS_RETRY_MS * 2 ** Math.min(attempt, 16));
}
