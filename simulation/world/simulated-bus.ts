import { createLocalBus, silent, type Bus, type BusMessage, type Topic } from '@parley/server/testing';
import type { Machine, SeededRandom } from '@parley/testkit';
import type { Surroundings } from './surroundings.ts';

interface End {
  readonly name: string;
  readonly machine: Machine;
  /** Hands out what arrived, as a bus within the process does. */
  readonly local: Bus;
}

/** Nothing makes up for these when they are lost, late or doubled, so this bus does none of it yet (docs/guarantees.md says so). */
const URGENT: ReadonlySet<BusMessage['kind']> = new Set(['claimed', 'session-ended', 'suspended']);

/**
 * The bus between several nodes: loses, doubles and delays what it carries, while what one node publishes on one topic
 * keeps its order. Topics of channels may lose, because the store knows better. Topics of users are only late.
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

  /** Separates these nodes from the rest; none heals the partition. */
  part(names: Iterable<string>): void {
    this.#partition = new Set(names);
  }

  end(name: string, machine: Machine): Bus {
    const local = createLocalBus(silent);
    const end: End = { name, machine, local };
    this.#ends.add(end);
    return {
      isReliable: false,
      publish: (topic, message) => {
        if (!machine.isDead) for (const other of this.#ends) this.#carry(end, other, { topic, message });
      },
      subscribe: (topic, hear) => local.subscribe(topic, hear),
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
    if (topic.startsWith('channel.') && (isApart || this.#random.chance(weather.busLoses))) {
      count(isApart ? 'bus message lost in a partition' : 'bus message lost');
      return;
    }
    const route = `${from.name} ${to.name} ${topic} ${message.kind}`;
    const latestMs = this.#lastArrivalMs.get(route) ?? 0;
    const delayMs = URGENT.has(message.kind) ? 0 : Math.floor(this.#random.between(...weather.busMs));
    const arrivalMs = Math.max(latestMs, clock.elapsed() + delayMs);
    this.#lastArrivalMs.set(route, arrivalMs);
    const arrive = (): void => to.machine.run(() => to.local.publish(topic, message));
    clock.at(arrivalMs, arrive);
    if (URGENT.has(message.kind) || !this.#random.chance(weather.busDoubles)) return;
    count('bus message doubled');
    clock.at(arrivalMs + Math.floor(this.#random.between(0, 500)), arrive);
  }
}
