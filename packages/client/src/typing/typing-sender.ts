import type { ChannelId } from '@parley/protocol';
import { Alarm } from '../deadline-timer.ts';
import type { Clock } from '../environment.ts';

/** Without a keystroke for this many repeat intervals the user stopped: before the receivers' own expiry, after one late repeat. */
const IDLE_REPEATS = 1.7;

export interface SenderParts {
  readonly clock: Clock;
  readonly timers: { readonly typingRepeatMs: number };
  sayTyping(channel: ChannelId, on: boolean): void;
}

/** Tells the others in a channel that the user types there. One channel at a time: a user has two hands. */
export class TypingSender {
  readonly #parts: SenderParts;
  readonly #idle: Alarm;
  #on: { readonly channel: ChannelId; readonly saidMs: number } | null = null;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#idle = new Alarm(parts, () => this.stop());
  }

  composing(channel: ChannelId, hasText: boolean): void {
    if (!hasText) return this.sent(channel);
    if (this.#on?.channel !== channel) this.stop();
    this.#keystroke(channel);
  }

  /** Nothing is left of what the user typed there. */
  sent(channel: ChannelId): void {
    if (this.#on?.channel === channel) this.stop();
  }

  stop(): void {
    const on = this.#on;
    if (on === null) return;
    this.forget();
    this.#parts.sayTyping(on.channel, false);
  }

  /** The connection is gone, and with it what was said. */
  forget(): void {
    this.#idle.set(Number.POSITIVE_INFINITY);
    this.#on = null;
  }

  #keystroke(channel: ChannelId): void {
    const nowMs = this.#parts.clock.now();
    const repeatMs = this.#parts.timers.typingRepeatMs;
    const saidMs = this.#on?.saidMs ?? Number.NEGATIVE_INFINITY;
    const isDue = nowMs - saidMs >= repeatMs;
    this.#idle.set(nowMs + repeatMs * IDLE_REPEATS);
    this.#on = { channel, saidMs: isDue ? nowMs : saidMs };
    if (isDue) this.#parts.sayTyping(channel, true);
  }
}
