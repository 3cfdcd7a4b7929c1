import type { Bus, BusMessage, MessageOn, Topic } from '#ports/bus.ts';
import type { Logger } from '#ports/logger.ts';

export interface LocalBus extends Bus {
  /** With what takes an answer, where the message is a question that came from another node. */
  publish<T extends Topic>(topic: T, message: MessageOn<T>, answer?: (reply: MessageOn<T>) => void): void;
  /** Somebody listens to it. */
  hasSubscribers(topic: Topic): boolean;
}

// `publish` and `subscribe` are typed by topic: a handler gets only messages of its topic. What is queued forgets that, so
// its callbacks are declared as methods, which the compiler lets accept a narrower message.
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
 * The bus of a server that runs alone. `publish` returns after the subscribers heard the message, unless it is called
 * by one of them: then the message waits until all have heard those before it, so that everyone hears one order. Not
 * reliable: there may be other nodes, which it does not reach.
 */
export function createLocalBus(logger: Logger, { isReliable = true } = {}): LocalBus {
  // Lists that never change: hearing may subscribe or end a subscription. Most have one entry, and there are thousands.
  const subscribers = new Map<Topic, readonly Subscription[]>();
  // Bounded by what the subscribers themselves publish while they hear one message.
  const waiting: QueuedMessage[] = [];
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
      waiting.push({ topic, message, answer });
      if (delivering) return;
      delivering = true;
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) deliver(next);
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
      waiting.length = 0;
      subscribers.clear();
    },
  };
}

function ignoreReply(): void {}
