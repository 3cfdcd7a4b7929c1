import {
  BUS_REPLY_TIMEOUT_MS,
  createLocalBus,
  nullLogger,
  type Bus,
  type BusMessage,
  type LocalBus,
  type MessageOn,
  type Topic,
} from '@parley/server/testing';
import type { SimulatedProcess, SeededRandom } from '@parley/testkit';
import type { SimContext } from './context.ts';

interface Endpoint {
  readonly name: string;
  readonly process: SimulatedProcess;
  /** Delivers arrived messages within the process. */
  readonly local: LocalBus;
  readonly reconnectHandlers: Set<() => void>;
}

interface Envelope {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly topic: Topic;
  readonly message: BusMessage;
}

/** Share of nodes that notice the end of a partition. */
const NOTICED_SHARE = 0.5;
const MAX_DUPLICATE_DELAY_MS = 3_000;

/**
 * The bus between several nodes: loses, duplicates and delays any message, a node's own messages included. Messages of
 * one node, kind and topic keep their order, except duplicates.
 */
export class SimulatedBus {
  readonly #context: SimContext;
  readonly #random: SeededRandom;
  readonly #endpoints = new Set<Endpoint>();
  /** Arrival time of the last message, by route and topic. */
  readonly #lastArrivalMs = new Map<string, number>();
  /** Nodes separated from the others. */
  #isolated: ReadonlySet<string> = new Set();

  constructor(context: SimContext) {
    this.#context = context;
    this.#random = context.random.fork('bus');
  }

  get isPartitioned(): boolean {
    return this.#isolated.size > 0;
  }

  /** Separates these nodes from the others. An empty list heals the partition. */
  partition(names: Iterable<string>): void {
    const wasPartitioned = this.isPartitioned;
    this.#isolated = new Set(names);
    if (!wasPartitioned || this.isPartitioned) return;
    for (const end of this.#endpoints) {
      if (!this.#random.chance(NOTICED_SHARE)) continue;
      this.#context.count('bus reconnect noticed');
      end.process.run(() => end.reconnectHandlers.forEach((handler) => handler()));
    }
  }

  end(name: string, process: SimulatedProcess): Bus {
    const local = createLocalBus(nullLogger);
    const end: Endpoint = { name, process, local, reconnectHandlers: new Set() };
    this.#endpoints.add(end);
    return {
      isReliable: false,
      publish: (topic, message) => {
        if (!process.isDead) for (const to of this.#endpoints) this.#deliverInOrder({ from: end, to, topic, message });
      },
      subscribe: (topic, handler) => local.subscribe(topic, handler),
      request: (topic, message) => this.#request(end, topic, message),
      onReconnect: (handler) => {
        const own = (): void => handler();
        end.reconnectHandlers.add(own);
        return () => end.reconnectHandlers.delete(own);
      },
      close: async () => {
        this.#endpoints.delete(end);
        await local.close();
      },
    };
  }

  /** A request without subscribers fails immediately; any other failure is a timeout. */
  #request<T extends Topic>(from: Endpoint, topic: T, question: MessageOn<T>): Promise<MessageOn<T> | null> {
    return new Promise((resolve) => {
      const others = [...this.#endpoints].filter(
        (end) => end !== from && !end.process.isDead && end.local.hasSubscribers(topic),
      );
      const stop = from.process.after(others.length === 0 ? 0 : BUS_REPLY_TIMEOUT_MS, () => resolve(null));
      for (const to of others) {
        const answer = (message: MessageOn<T>): void => {
          this.#deliver({ from: to, to: from, topic, message }, () => {
            stop();
            resolve(message);
          });
        };
        const envelope = { from, to, topic, message: question };
        this.#deliver(envelope, () => to.local.publish(topic, question, answer));
      }
    });
  }

  /** Delivers at most once, in any order. */
  #deliver(envelope: Envelope, arrive: () => void): void {
    if (this.#loses(envelope)) return;
    const delayMs = Math.floor(this.#random.between(...this.#context.conditions.busMs));
    this.#context.clock.after(delayMs, () => envelope.to.process.run(arrive));
  }

  #loses({ from, to, topic, message }: Envelope): boolean {
    const { conditions, count } = this.#context;
    const isAcrossPartition = this.#isolated.has(from.name) !== this.#isolated.has(to.name);
    if (!isAcrossPartition && !this.#random.chance(conditions.busLoses)) return false;
    count(isAcrossPartition ? 'bus message lost in a partition' : 'bus message lost');
    if (topic.startsWith('user.') || topic.startsWith('client.')) count(`bus message lost: ${message.kind}`);
    return true;
  }

  #deliverInOrder(envelope: Envelope): void {
    const { from, to, topic, message } = envelope;
    if (to.process.isDead) {
      this.#endpoints.delete(to);
      return;
    }
    if (this.#loses(envelope)) return;
    const { conditions, clock, count } = this.#context;
    const route = `${from.name} ${to.name} ${topic} ${message.kind}`;
    const latestMs = this.#lastArrivalMs.get(route) ?? 0;
    const delayMs = Math.floor(this.#random.between(...conditions.busMs));
    const arrivalMs = Math.max(latestMs, clock.elapsed() + delayMs);
    this.#lastArrivalMs.set(route, arrivalMs);
    const arrive = (): void => to.process.run(() => to.local.publish(topic, message));
    clock.at(arrivalMs, arrive);
    if (!this.#random.chance(conditions.busDuplicates)) return;
    count('bus message duplicated');
    clock.at(arrivalMs + Math.floor(this.#random.between(0, MAX_DUPLICATE_DELAY_MS)), arrive);
  }
}
