import type { ChannelId, UserId } from '@parley/protocol';
import type { Replica } from '../channels/replica.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Conversation, Timeline } from '../parley-client.ts';
import type { Readables, ObservableReadable } from '../readables.ts';
import { timelineOf } from './build-timeline.ts';
import type { HistoryLoader } from './history-loader.ts';

export interface TimelinesDeps {
  readonly readables: Readables;
  readonly replica: Replica;
  readonly outbox: Outbox;
  readonly loader: HistoryLoader;
  /** The owner of the pending operations is known before the server sends who the user is. */
  readonly outboxPersistence: { readonly owner: UserId | null };
  channelIdOf(conversation: Conversation): ChannelId | null;
  /** The same for all names of one conversation. */
  keyOf(conversation: Conversation): string;
}

/** One readable timeline per requested conversation. */
export class Timelines {
  readonly #deps: TimelinesDeps;
  readonly #timelines = new Map<Conversation, ObservableReadable<Timeline>>();

  constructor(deps: TimelinesDeps) {
    this.#deps = deps;
  }

  of(conversation: Conversation): ObservableReadable<Timeline> {
    const timeline = this.#timelines.get(conversation) ?? this.#make(conversation);
    this.#timelines.set(conversation, timeline);
    return timeline;
  }

  isWatched(channel: ChannelId): boolean {
    return this.#ofChannel(channel).some((timeline) => timeline.isWatched());
  }

  /** The channel's messages were unloaded: computes its timelines again, so that their last values do not retain them. */
  refresh(channel: ChannelId): void {
    for (const timeline of this.#ofChannel(channel)) timeline.get();
  }

  #ofChannel(channel: ChannelId): readonly ObservableReadable<Timeline>[] {
    return [...this.#timelines]
      .filter(([conversation]) => this.#deps.channelIdOf(conversation) === channel)
      .map(([, timeline]) => timeline);
  }

  #make(conversation: Conversation): ObservableReadable<Timeline> {
    const inputs = () => {
      const channel = this.#deps.channelIdOf(conversation);
      const isNew = channel === null && conversation.startsWith('to:') && this.#deps.replica.me !== null;
      const window = channel === null ? null : (this.#deps.replica.find(channel)?.window ?? null);
      return [
        window,
        this.#deps.loader.loadsOf(channel ?? conversation),
        isNew,
        this.#deps.outbox.operations,
        this.#deps.outboxPersistence.owner ?? '',
      ] as const;
    };
    return this.#deps.readables.readable(inputs, ([window, loads, isNew, operations, me], shown) => {
      const key = this.#deps.keyOf(conversation);
      const pending = operations.filter((one) => this.#deps.keyOf(one.conversation) === key);
      return timelineOf({ window, loads, isNew, pending, me }, shown);
    });
  }
}
