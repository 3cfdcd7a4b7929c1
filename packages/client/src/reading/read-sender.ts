import type { ChannelId } from '@parley/protocol';
import type { Replica } from '../channels/replica.ts';
import { isRefused, type Requests } from '../connection/requests.ts';
import type { Clock } from '../environment.ts';

const READ_TIMEOUT_MS = 10_000;
/** The server stores each move of a cursor: a user who reads along in a busy channel moves it once a second. */
const INTERVAL_MS = 1_000;

export interface ReadSenderDeps {
  readonly clock: Clock;
  readonly requests: Requests;
  readonly replica: Replica;
  readonly connection: { readonly isOnline: boolean };
}

/** Sends the user's read cursors: one request per channel at a time, and only the latest position. */
export class ReadSender {
  readonly #deps: ReadSenderDeps;
  /** Channels with a pending request, or a pause before the next. The value cancels the pause. */
  readonly #busy = new Map<ChannelId, () => void>();

  constructor(deps: ReadSenderDeps) {
    this.#deps = deps;
  }

  send(channel: ChannelId): void {
    if (!this.#deps.connection.isOnline || this.#busy.has(channel)) return;
    const seq = this.#readSeq(channel);
    this.#busy.set(channel, () => undefined);
    this.#deps.requests.send({ type: 'read', channel, seq }, READ_TIMEOUT_MS, (outcome) => {
      if (outcome.type !== 'disconnected') this.#pause(channel, outcome.type === 'ok' || isRefused(outcome) ? seq : 0);
    });
  }

  /** The connection has ended: `ready` brings the server's cursor. */
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
