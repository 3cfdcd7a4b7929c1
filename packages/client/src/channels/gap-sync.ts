import { type ChannelId, type EventsFrame, type LogEvent, MAX_SYNC_EVENTS } from '@parley/protocol';
import type { Reason } from '../connection/reasons.ts';
import { isRefused, type Outcome, type Requests } from '../connection/requests.ts';
import type { Clock } from '../environment.ts';
import { type ChannelState, isGapped, position } from './channel-state.ts';
import type { Replica } from './replica.ts';

const SYNC_TIMEOUT_MS = 10_000;
const RETRY_MS = 1_000;
/** An event that is known to exist is usually on its way: it may take this long before the client requests it. */
const GRACE_MS = 1_000;

export interface GapSyncDeps {
  readonly clock: Clock;
  readonly replica: Replica;
  readonly requests: Requests;
  readonly loader: { reload(channel: ChannelId): void };
  readonly connection: { readonly isOnline: boolean; reconnect(): void };
  /** Applies an event like one that the server sent without a request. */
  receive(event: LogEvent): void;
  report(reason: Reason, detail: unknown): void;
}

/** Requests the missing events of each channel that has a gap, a page at a time, until the gap is filled. */
export class GapSync {
  readonly #deps: GapSyncDeps;
  /** Channels with a pending `sync`, or a pause before the next. The value cancels the pause. */
  readonly #busy = new Map<ChannelId, () => void>();
  /** Channels whose missing events may still arrive without a request. */
  readonly #inGrace = new Map<ChannelId, () => void>();

  constructor(deps: GapSyncDeps) {
    this.#deps = deps;
  }

  /** Must be called after everything that may open a gap or raise the known head. */
  check(id: ChannelId): void {
    const channel = this.#deps.replica.find(id);
    if (channel === null || this.#busy.has(id) || !this.#deps.connection.isOnline) return;
    if (isGapped(channel)) this.#sync(channel);
    else if (channel.head > channel.receivedSeq) this.#startGrace(id);
  }

  /** The connection has ended: `ready` starts over. */
  stop(): void {
    for (const stop of [...this.#busy.values(), ...this.#inGrace.values()]) stop();
    this.#busy.clear();
    this.#inGrace.clear();
  }

  #sync(channel: ChannelState): void {
    const after = position(channel);
    this.#busy.set(channel.id, () => undefined);
    const command = { type: 'sync', channel: channel.id, after, limit: MAX_SYNC_EVENTS } as const;
    this.#deps.report('gap-sync', command);
    this.#deps.requests.send(command, SYNC_TIMEOUT_MS, (outcome) => this.#settle(channel.id, outcome));
  }

  #settle(id: ChannelId, outcome: Outcome): void {
    if (outcome.type === 'events') return this.#applyPage(outcome);
    if (outcome.type === 'disconnected') return;
    if (outcome.type !== 'reset' && !isRefused(outcome)) return this.#retryLater(id);
    this.#busy.delete(id);
    // Refused means that the user is no longer a member; the `removed` frame handles that.
    if (outcome.type === 'reset') this.#reset(id);
  }

  #applyPage({ channel: id, events, lastSeq }: EventsFrame): void {
    const before = this.#deps.replica.find(id);
    this.#deps.replica.noteHead(id, lastSeq);
    for (const event of events) this.#deps.receive(event);
    const after = this.#deps.replica.find(id);
    this.#busy.delete(id);
    if (before === null || after === null) return;
    if (position(after) >= lastSeq) this.check(id);
    else if (position(after) > position(before)) this.#sync(after);
    // A reply without new events would be requested again at once, for ever.
    else this.#retryLater(id);
  }

  #reset(id: ChannelId): void {
    this.#deps.report('reset', id);
    const channel = this.#deps.replica.find(id);
    if (channel === null) return;
    if (channel.window !== null && channel.window.asOf < channel.receivedSeq) this.#deps.loader.reload(id);
    // More than messages is missing: only `ready` brings names, members and counts.
    else this.#deps.connection.reconnect();
  }

  #retryLater(id: ChannelId): void {
    const stop = this.#deps.clock.after(RETRY_MS, () => {
      this.#busy.delete(id);
      this.#syncIfBehind(id);
    });
    this.#busy.set(id, stop);
  }

  #startGrace(id: ChannelId): void {
    if (this.#inGrace.has(id)) return;
    const stop = this.#deps.clock.after(GRACE_MS, () => {
      this.#inGrace.delete(id);
      if (!this.#busy.has(id)) this.#syncIfBehind(id);
    });
    this.#inGrace.set(id, stop);
  }

  #syncIfBehind(id: ChannelId): void {
    const channel = this.#deps.replica.find(id);
    if (channel !== null && channel.head > position(channel)) this.#sync(channel);
  }
}
