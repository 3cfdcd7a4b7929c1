import type { ChannelId, UserId } from '@parley/protocol';
import type { Clock } from '../environment.ts';

export interface TypingReceiverDeps {
  readonly clock: Clock;
  readonly settings: { readonly timers: { readonly typingExpireMs: number } };
  /** Runs a task of a timer, and tells readers of what it changed. */
  batch(task: () => void): void;
}

/** Who types, in the order in which they began, each with what stops their expiry. */
type Typists = ReadonlyMap<UserId, () => void>;

const NOBODY: Typists = new Map();

/** Who types where. The server bounds how many that can be at once; each disappears by itself. */
export class TypingReceiver {
  readonly #deps: TypingReceiverDeps;
  readonly #channels = new Map<ChannelId, Typists>();

  constructor(deps: TypingReceiverDeps) {
    this.#deps = deps;
  }

  /** Another map after each change. */
  in(channel: ChannelId): Typists {
    return this.#channels.get(channel) ?? NOBODY;
  }

  onTyping(channel: ChannelId, user: UserId, on: boolean): void {
    if (!on) return this.stopped(channel, user);
    this.in(channel).get(user)?.();
    const expire = (): void => this.#deps.batch(() => this.stopped(channel, user));
    const stop = this.#deps.clock.after(this.#deps.settings.timers.typingExpireMs, expire);
    this.#channels.set(channel, new Map(this.in(channel)).set(user, stop));
  }

  stopped(channel: ChannelId, user: UserId): void {
    const typists = new Map(this.in(channel));
    typists.get(user)?.();
    if (typists.delete(user)) this.#channels.set(channel, typists);
  }

  forget(channel: ChannelId): void {
    for (const stop of this.in(channel).values()) stop();
    this.#channels.delete(channel);
  }

  forgetAll(): void {
    for (const channel of this.#channels.keys()) this.forget(channel);
  }
}
