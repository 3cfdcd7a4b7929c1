import type { ChannelId } from '@parley/protocol';
import { DeadlineTimer } from '../deadline-timer.ts';
import type { Clock } from '../environment.ts';

/** After this many repeat intervals without a keystroke the user has stopped: sooner than receivers expire the signal, later than one late repeat. */
const IDLE_REPEATS = 1.7;

export interface TypingSenderDeps {
  readonly clock: Clock;
  readonly settings: { readonly timers: { readonly typingRepeatMs: number } };
  sendTyping(channel: ChannelId, on: boolean): void;
}

/** Sends that the user is typing, in one channel at a time. */
export class TypingSender {
  readonly #deps: TypingSenderDeps;
  readonly #idle: DeadlineTimer;
  #on: { readonly channel: ChannelId; readonly sentMs: number } | null = null;

  constructor(deps: TypingSenderDeps) {
    this.#deps = deps;
    this.#idle = new DeadlineTimer(deps, () => this.stop());
  }

  composing(channel: ChannelId, hasText: boolean): void {
    if (!hasText) return this.messageSent(channel);
    if (this.#on?.channel !== channel) this.stop();
    this.#keystroke(channel);
  }

  /** The composer of this channel is empty. */
  messageSent(channel: ChannelId): void {
    if (this.#on?.channel === channel) this.stop();
  }

  stop(): void {
    const on = this.#on;
    if (on === null) return;
    this.reset();
    this.#deps.sendTyping(on.channel, false);
  }

  /** The connection has ended, and the server has cleared the signal. */
  reset(): void {
    this.#idle.set(Number.POSITIVE_INFINITY);
    this.#on = null;
  }

  #keystroke(channel: ChannelId): void {
    const nowMs = this.#deps.clock.now();
    const repeatMs = this.#deps.settings.timers.typingRepeatMs;
    const sentMs = this.#on?.sentMs ?? Number.NEGATIVE_INFINITY;
    const isDue = nowMs - sentMs >= repeatMs;
    this.#idle.set(nowMs + repeatMs * IDLE_REPEATS);
    this.#on = { channel, sentMs: isDue ? nowMs : sentMs };
    if (isDue) this.#deps.sendTyping(channel, true);
  }
}
