import type { Bus, BusMessage, Topic } from '#ports/bus.ts';
import type { Logger } from '#ports/logger.ts';

type Hear = (message: BusMessage) => void;

/**
 * The bus of a server that runs alone. `publish` returns after the subscribers heard the message, unless it is called
 * by one of them: then the message waits until all have heard those before it, so that everyone hears one order.
 */
export function createLocalBus(logger: Logger): Bus {
  const subscribers = new Map<Topic, Set<Hear>>();
  // Bounded by what the subscribers themselves publish while they hear one message.
  const waiting: { readonly topic: Topic; readonly message: BusMessage }[] = [];
  let delivering = false;
  let closed = false;

  function deliver(topic: Topic, message: BusMessage): void {
    const hearing = subscribers.get(topic);
    if (hearing === undefined) return;
    // A copy, because hearing may subscribe or end a subscription.
    const hearers = [...hearing];
    for (const hear of hearers) {
      if (!hearing.has(hear)) continue;
      try {
        hear(message);
      } catch (error) {
        logger.error({ err: error, topic, kind: message.kind }, 'a subscriber of the bus failed');
      }
    }
  }

  return {
    isReliable: true,
    publish(topic, message) {
      if (closed) return;
      waiting.push({ topic, message });
      if (delivering) return;
      delivering = true;
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) deliver(next.topic, next.message);
      delivering = false;
    },
    subscribe(topic, hear) {
      // Its own function, so that one function may be subscribed twice.
      const own: Hear = (message) => hear(message);
      const hearing = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, hearing.add(own));
      return () => {
        hearing.delete(own);
        if (hearing.size === 0 && subscribers.get(topic) === hearing) subscribers.delete(topic);
      };
    },
    async close() {
      closed = true;
      waiting.length = 0;
      subscribers.clear();
    },
  };
}
