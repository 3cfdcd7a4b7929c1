import type { Bus, BusMessage, MessageOn, Topic } from '#ports/bus.ts';
import type { Logger } from '#ports/logger.ts';

export interface LocalBus extends Bus {
  /** `answer` sends the reply when the message is a request of another node. */
  publish<T extends Topic>(topic: T, message: MessageOn<T>, answer?: (reply: MessageOn<T>) => void): void;
  /** Whether the topic has subscribers. */
  hasSubscribers(topic: Topic): boolean;
}

// `publish` and `subscribe` are typed by topic: a handler gets only messages of its topic. A queued message loses that type,
// so its callbacks are declared as methods, which the compiler lets accept a narrower message.
interface Subscription {
  onMessage(message: BusMessage, answer: (reply: BusMessage) => void): void;
  hasEnded: boolean;
}

interface QueuedMessage {
  readonly topic: Topic;
  readonly message: BusMessage;
  answer(this: void, reply: BusMessage): void;
}

/**
 * The bus of a single node. `publish` returns after all subscribers have received the message, unless a subscriber calls it:
 * then the message is queued until all have received those before it, so that all subscribers see the same order. Pass
 * `isReliable: false` when there are other nodes, which it does not reach.
 */
export function createLocalBus(logger: Logger, { isReliable = true } = {}): LocalBus {
  // Immutable lists, because a handler may subscribe or unsubscribe. There are thousands, most with one entry.
  const subscribers = new Map<Topic, readonly Subscription[]>();
  // Bounded by what the subscribers publish while they handle one message.
  const queue: QueuedMessage[] = [];
  let delivering = false;
  let closed = false;

  function deliver({ topic, message, answer }: QueuedMessage): void {
    for (const subscription of subscribers.get(topic) ?? []) {
      if (subscription.hasEnded) continue;
      try {
        subscription.onMessage(message, answer);
      } catch (error) {
        logger.error({ err: error, topic, kind: message.kind }, 'a subscriber of the bus failed');
      }
    }
  }

  function end(topic: Topic, subscription: Subscription): void {
    if (subscription.hasEnded) return;
    subscription.hasEnded = true;
    const left = (subscribers.get(topic) ?? []).filter((other) => other !== subscription);
    if (left.length === 0) subscribers.delete(topic);
    else subscribers.set(topic, left);
  }

  return {
    isReliable,
    publish(topic, message, answer = ignoreReply) {
      if (closed) return;
      queue.push({ topic, message, answer });
      if (delivering) return;
      delivering = true;
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) deliver(next);
      delivering = false;
    },
    subscribe(topic, onMessage) {
      const subscription: Subscription = { onMessage, hasEnded: false };
      subscribers.set(topic, [...(subscribers.get(topic) ?? []), subscription]);
      return () => end(topic, subscription);
    },
    request: async () => null,
    hasSubscribers: (topic) => subscribers.has(topic),
    onReconnect: () => () => undefined,
    async close() {
      closed = true;
      queue.length = 0;
      subscribers.clear();
    },
  };
}

function ignoreReply(): void {}
