import type { ChannelId, UserId } from '@parley/protocol';
import type { Clock } from './ports.ts';

export interface ReceiverParts {
  readonly clock: Clock;
  readonly timers: { readonly typingExpireMs: number };
  /** Runs a task of a timer, and tells readers of what it changed. */
  action(task: () => void): void;
}

const NOBODY: readonly UserId[] = [];

/** Who types where. The server bounds how many that can be at once; each disappears by itself. */
export class TypingReceiver {
  readonly #parts: ReceiverParts;
  readonly #expiries = new Map<ChannelId, Map<UserId, () => void>>();
  readonly #lists = new Map<ChannelId, readonly UserId[]>();

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  /** In the order in which they began. Another array after each change. */
  in(channel: ChannelId): readonly UserId[] {
    return this.#lists.get(channel) ?? NOBODY;
  }

  hear(channel: ChannelId, user: UserId, on: boolean): void {
    if (!on) return this.gone(channel, user);
    const expiries = this.#expiries.get(channel) ?? new Map<UserId, () => void>();
    this.#expiries.set(channel, expiries);
    expiries.get(user)?.();
    const expire = (): void => this.#parts.action(() => this.gone(channel, user));
    const isNew = !expiries.has(user);
    expiries.set(user, this.#parts.clock.after(this.#parts.timers.typingExpireMs, expire));
    if (isNew) this.#lists.set(channel, [...expiries.keys()]);
  }

  gone(channel: ChannelId, user: UserId): void {
    const expiries = this.#expiries.get(channel);
    const stop = expiries?.get(user);
    if (expiries === undefined || stop === undefined) return;
    stop();
    expiries.delete(user);
    this.#lists.set(channel, [...expiries.keys()]);
  }

  forget(channel: ChannelId): void {
    for (const stop of this.#expiries.get(channel)?.values() ?? []) stop();
    this.#expiries.delete(channel);
    this.#lists.delete(channel);
  }

  forgetAll(): void {
    for (const channel of this.#expiries.keys()) this.forget(channel);
  }
}
