import type { ChannelId, UserId } from '@parley/protocol';
import type { Clock } from '../environment.ts';

export interface TypingReceiverDeps {
  readonly clock: Clock;
  readonly settings: { readonly timers: { readonly typingExpireMs: number } };
  /** Runs the task of a timer, then notifies subscribers of its changes. */
  batch(task: () => void): void;
}

/** The typing users, in the order in which they started. The value cancels the expiry. */
type Typists = ReadonlyMap<UserId, () => void>;

const NOBODY: Typists = new Map();

/** Tracks who is typing in each channel. The server bounds how many at once; each entry expires by itself. */
export class TypingReceiver {
  readonly #deps: TypingReceiverDeps;
  readonly #channels = new Map<ChannelId, Typists>();

  constructor(deps: TypingReceiverDeps) {
    this.#deps = deps;
  }

  /** A new map after each change. */
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
