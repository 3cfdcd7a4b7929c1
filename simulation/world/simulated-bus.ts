import { createLocalBus, silent, type Bus, type BusMessage, type Topic } from '@parley/server/testing';
import type { Machine, SeededRandom } from '@parley/testkit';
import type { Surroundings } from './surroundings.ts';

interface End {
  readonly name: string;
  readonly machine: Machine;
  /** Hands out what arrived, as a bus within the process does. */
  readonly local: Bus;
  readonly returns: Set<() => void>;
}

/** A partition heals without the node having noticed that there was one, about as often as it notices. */
const NOTICED = 0.5;
const LATEST_DOUBLE_MS = 3_000;

/**
 * The bus between several nodes: loses, doubles and delays whatever it carries, urgent or not, a node's own messages
 * included. Only what one node says of one kind on one topic keeps its order, save for what is doubled.
 */
export class SimulatedBus {
  readonly #surroundings: Surroundings;
  readonly #random: SeededRandom;
  readonly #ends = new Set<End>();
  /** Per route and topic: when the last message arrives. */
  readonly #lastArrivalMs = new Map<string, number>();
  /** Nodes that are cut off from the others. */
  #partition: ReadonlySet<string> = new Set();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#random = surroundings.random.fork('bus');
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
      this.#surroundings.count('return of the bus noticed');
      end.machine.run(() => end.returns.forEach((hear) => hear()));
    }
  }

  end(name: string, machine: Machine): Bus {
    const local = createLocalBus(silent);
    const end: End = { name, machine, local, returns: new Set() };
    this.#ends.add(end);
    return {
      isReliable: false,
      publish: (topic, message) => {
        if (!machine.isDead) for (const other of this.#ends) this.#carry(end, other, { topic, message });
      },
      subscribe: (topic, hear) => local.subscribe(topic, hear),
      onReturn: (hear) => {
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

  #carry(from: End, to: End, { topic, message }: { topic: Topic; message: BusMessage }): void {
    if (to.machine.isDead) {
      this.#ends.delete(to);
      return;
    }
    const { weather, clock, count } = this.#surroundings;
    const isApart = this.#partition.has(from.name) !== this.#partition.has(to.name);
    if (isApart || this.#random.chance(weather.busLoses)) {
      count(isApart ? 'bus message lost in a partition' : 'bus message lost');
      if (topic.startsWith('user.')) count(`bus message lost: ${message.kind}`);
      return;
    }
    const route = `${from.name} ${to.name} ${topic} ${message.kind}`;
    const latestMs = this.#lastArrivalMs.get(route) ?? 0;
    const delayMs = Math.floor(this.#random.between(...weather.busMs));
    const arrivalMs = Math.max(latestMs, clock.elapsed() + delayMs);
    this.#lastArrivalMs.set(route, arrivalMs);
    const arrive = (): void => to.machine.run(() => to.local.publish(topic, message));
    clock.at(arrivalMs, arrive);
    if (!this.#random.chance(weather.busDoubles)) return;
    count('bus message doubled');
    clock.at(arrivalMs + Math.floor(this.#random.between(0, LATEST_DOUBLE_MS)), arrive);
  }
}
