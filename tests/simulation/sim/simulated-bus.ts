import {
  BUS_ANSWER_MS,
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

interface End {
  readonly name: string;
  readonly machine: SimulatedProcess;
  /** Hands out what arrived, as a bus within the process does. */
  readonly local: LocalBus;
  readonly returns: Set<() => void>;
}

interface Letter {
  readonly from: End;
  readonly to: End;
  readonly topic: Topic;
  readonly message: BusMessage;
}

/** A partition heals without the node having noticed that there was one, about as often as it notices. */
const NOTICED = 0.5;
const LATEST_DOUBLE_MS = 3_000;

/**
 * The bus between several nodes: loses, doubles and delays whatever it carries, urgent or not, a node's own messages
 * included. Only what one node says of one kind on one topic keeps its order, save for what is doubled.
 */
export class SimulatedBus {
  readonly #context: SimContext;
  readonly #random: SeededRandom;
  readonly #ends = new Set<End>();
  /** Per route and topic: when the last message arrives. */
  readonly #lastArrivalMs = new Map<string, number>();
  /** Nodes that are cut off from the others. */
  #partition: ReadonlySet<string> = new Set();

  constructor(context: SimContext) {
    this.#context = context;
    this.#random = context.random.fork('bus');
  }

  get isParted(): boolean {
    return this.#partition.size > 0;
  }

  /** Separates these nodes from the rest; none heals the partition. */
  part(names: Iterable<string>): void {
    const wasParted = this.isParted;
    this.#partition = new Set(names);
    if (!wasParted || this.isParted) return;
    for (const end of this.#ends) {
      if (!this.#random.chance(NOTICED)) continue;
      this.#context.count('return of the bus noticed');
      end.machine.run(() => end.returns.forEach((hear) => hear()));
    }
  }

  end(name: string, machine: SimulatedProcess): Bus {
    const local = createLocalBus(nullLogger);
    const end: End = { name, machine, local, returns: new Set() };
    this.#ends.add(end);
    return {
      isReliable: false,
      publish: (topic, message) => {
        if (!machine.isDead) for (const to of this.#ends) this.#carry({ from: end, to, topic, message });
      },
      subscribe: (topic, hear) => local.subscribe(topic, hear),
      request: (topic, message) => this.#ask(end, topic, message),
      onReconnect: (hear) => {
        const own = (): void => hear();
        end.returns.add(own);
        return () => end.returns.delete(own);
      },
      close: async () => {
        this.#ends.delete(end);
        await local.close();
      },
    };
  }

  /** That nobody listens is known at once; whatever else goes wrong is waited for. */
  #ask<T extends Topic>(from: End, topic: T, question: MessageOn<T>): Promise<MessageOn<T> | null> {
    return new Promise((resolve) => {
      const others = [...this.#ends].filter((end) => end !== from && !end.machine.isDead && end.local.isHeard(topic));
      const stop = from.machine.after(others.length === 0 ? 0 : BUS_ANSWER_MS, () => resolve(null));
      for (const to of others) {
        const answer = (message: MessageOn<T>): void => {
          this.#bring({ from: to, to: from, topic, message }, () => {
            stop();
            resolve(message);
          });
        };
        const letter = { from, to, topic, message: question };
        this.#bring(letter, () => to.local.publish(topic, question, answer));
      }
    });
  }

  /** Once, or never, and in no order. */
  #bring(letter: Letter, arrive: () => void): void {
    if (this.#loses(letter)) return;
    const delayMs = Math.floor(this.#random.between(...this.#context.conditions.busMs));
    this.#context.clock.after(delayMs, () => letter.to.machine.run(arrive));
  }

  #loses({ from, to, topic, message }: Letter): boolean {
    const { conditions, count } = this.#context;
    const isApart = this.#partition.has(from.name) !== this.#partition.has(to.name);
    if (!isApart && !this.#random.chance(conditions.busLoses)) return false;
    count(isApart ? 'bus message lost in a partition' : 'bus message lost');
    if (topic.startsWith('user.') || topic.startsWith('client.')) count(`bus message lost: ${message.kind}`);
    return true;
  }

  #carry(letter: Letter): void {
    const { from, to, topic, message } = letter;
    if (to.machine.isDead) {
      this.#ends.delete(to);
      return;
    }
    if (this.#loses(letter)) return;
    const { conditions, clock, count } = this.#context;
    const route = `${from.name} ${to.name} ${topic} ${message.kind}`;
    const latestMs = this.#lastArrivalMs.get(route) ?? 0;
    const delayMs = Math.floor(this.#random.between(...conditions.busMs));
    const arrivalMs = Math.max(latestMs, clock.elapsed() + delayMs);
    this.#lastArrivalMs.set(route, arrivalMs);
    const arrive = (): void => to.machine.run(() => to.local.publish(topic, message));
    clock.at(arrivalMs, arrive);
    if (!this.#random.chance(conditions.busDoubles)) return;
    count('bus message doubled');
    clock.at(arrivalMs + Math.floor(this.#random.between(0, LATEST_DOUBLE_MS)), arrive);
  }
}
