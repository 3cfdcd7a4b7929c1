import { type ChannelId, ERROR_POLICY } from '@parley/protocol';
import type { Clock } from './ports.ts';
import type { Outcome, Requests } from './requests.ts';

const READ_TIMEOUT_MS = 10_000;
/** The server stores each move: someone who reads a busy channel as it comes moves on once a second. */
const INTERVAL_MS = 1_000;

export interface ReadSenderParts {
  readonly clock: Clock;
  readonly requests: Requests;
  readonly isLive: () => boolean;
  readonly readSeqOf: (channel: ChannelId) => number;
}

/** Tells the server how far the user has read: of each channel one request at a time, the latest position only. */
export class ReadSender {
  readonly #parts: ReadSenderParts;
  /** Channels with a request under way, or a pause before the next. Holds what ends the pause. */
  readonly #busy = new Map<ChannelId, () => void>();

  constructor(parts: ReadSenderParts) {
    this.#parts = parts;
  }

  send(channel: ChannelId): void {
    if (!this.#parts.isLive() || this.#busy.has(channel)) return;
    const seq = this.#parts.readSeqOf(channel);
    this.#busy.set(channel, () => undefined);
    this.#parts.requests.ask({ type: 'read', channel, seq }, READ_TIMEOUT_MS, (outcome) => {
      if (outcome.type !== 'lost') this.#rest(channel, isSettled(outcome) ? seq : 0);
    });
  }

  /** The connection is gone: `ready` tells where the server's cursor stands. */
  stop(): void {
    for (const stop of this.#busy.values()) stop();
    this.#busy.clear();
  }

  #rest(channel: ChannelId, toldSeq: number): void {
    const stop = this.#parts.clock.after(INTERVAL_MS, () => {
      this.#busy.delete(channel);
      if (this.#parts.readSeqOf(channel) > toldSeq) this.send(channel);
    });
    this.#busy.set(channel, stop);
  }
}

function isSettled(outcome: Outcome): boolean {
  return outcome.type === 'ok' || (outcome.type === 'error' && !ERROR_POLICY[outcome.code].retry);
}
