import type { ChannelId } from '@parley/protocol';
import type { Replica } from '../channels/replica.ts';
import { isRefused, type Requests } from '../connection/requests.ts';
import type { Clock } from '../environment.ts';

const READ_TIMEOUT_MS = 10_000;
/** The server stores each move: someone who reads a busy channel as it comes moves on once a second. */
const INTERVAL_MS = 1_000;

export interface ReadSenderDeps {
  readonly clock: Clock;
  readonly requests: Requests;
  readonly replica: Replica;
  isOnline(): boolean;
}

/** Tells the server how far the user has read: of each channel one request at a time, the latest position only. */
export class ReadSender {
  readonly #deps: ReadSenderDeps;
  /** Channels with a request under way, or a pause before the next. Holds what ends the pause. */
  readonly #busy = new Map<ChannelId, () => void>();

  constructor(deps: ReadSenderDeps) {
    this.#deps = deps;
  }

  send(channel: ChannelId): void {
    if (!this.#deps.isOnline() || this.#busy.has(channel)) return;
    const seq = this.#readSeq(channel);
    this.#busy.set(channel, () => undefined);
    this.#deps.requests.send({ type: 'read', channel, seq }, READ_TIMEOUT_MS, (outcome) => {
      if (outcome.type !== 'disconnected') this.#pause(channel, outcome.type === 'ok' || isRefused(outcome) ? seq : 0);
    });
  }

  /** The connection is gone: `ready` tells where the server's cursor stands. */
  stop(): void {
    for (const stop of this.#busy.values()) stop();
    this.#busy.clear();
  }

  #readSeq(channel: ChannelId): number {
    return this.#deps.replica.find(channel)?.readSeq ?? 0;
  }

  #pause(channel: ChannelId, sentSeq: number): void {
    const stop = this.#deps.clock.after(INTERVAL_MS, () => {
      this.#busy.delete(channel);
      if (this.#readSeq(channel) > sentSeq) this.send(channel);
    });
    this.#busy.set(channel, stop);
  }
}
