import { startNats, type NatsOptions, type NatsServer } from '@parley/testkit/nats-server';
import { cryptoRandom } from '#adapters/crypto-random.ts';
import { openNatsBus, type NatsBus } from '#adapters/nats/nats-bus.ts';
import { systemClock } from '#adapters/system-clock.ts';
import type { MessageOn, NodesMessage, Topic, UserMessage } from '#ports/bus.ts';
import { nullLogger, nullMetrics } from './null-logger.ts';

/** A NATS server with nodes that are connected to it. */
export interface NatsFixture extends AsyncDisposable {
  readonly nats: NatsServer;
  /** Everything that the nodes logged as a warning or an error, as JSON. */
  readonly warnings: string[];
  /** Number of lost messages by reason. */
  readonly lost: Map<string, number>;
  open(options?: { readonly url?: string; readonly secret?: string }): Promise<NatsBus>;
  /** Resolves when each of these nodes has received everything that they have published. */
  settle(...buses: NatsBus[]): Promise<void>;
}

export async function natsFixture(options: NatsOptions = {}): Promise<NatsFixture> {
  const nats = await startNats(options);
  const buses: NatsBus[] = [];
  const warnings: string[] = [];
  const lost = new Map<string, number>();
  const record = (fields: object, message: string): void => void warnings.push(JSON.stringify([message, fields]));
  const deps = {
    clock: systemClock,
    random: cryptoRandom,
    logger: { ...nullLogger, warn: record, error: record },
    metrics: { ...nullMetrics, busLost: (reason: string) => void lost.set(reason, (lost.get(reason) ?? 0) + 1) },
  };
  return {
    nats,
    warnings,
    lost,
    async open({ url = nats.url, secret = 'a secret that the nodes share' } = {}) {
      const bus = await openNatsBus({ ...deps, url, secret });
      buses.push(bus);
      return bus;
    },
    async settle(...all) {
      // After the first round NATS has forwarded everything; the replies of the second arrive behind what it forwarded.
      for (let round = 0; round < 2; round += 1) await Promise.all(all.map((bus) => bus.settled()));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(buses.map((bus) => bus.close()));
      await nats[Symbol.asyncDispose]();
    },
  };
}

/** Subscribes, and collects what arrives. */
export function collect<T extends Topic>(bus: NatsBus, topic: T): MessageOn<T>[] {
  const received: MessageOn<T>[] = [];
  bus.subscribe(topic, (message) => received.push(message));
  return received;
}

export function profile(user: string): NodesMessage {
  return { kind: 'profile', user };
}

export function suspended(user: string): UserMessage {
  return { kind: 'suspended', user };
}
