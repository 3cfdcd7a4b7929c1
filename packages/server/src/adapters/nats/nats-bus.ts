import { createLocalBus, type LocalBus } from '#adapters/local-bus.ts';
import { BUS_START_MS, MAX_BUS_MESSAGE_BYTES } from '#limits.ts';
import type { Bus, BusMessage, BusHandler, MessageOn, Topic } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Random } from '#ports/random.ts';
import { parseBusMessage } from './bus-message-schema.ts';
import { createLosses, type Losses } from './loss-log.ts';
import { createSeal, type Seal } from './message-mac.ts';
import { readNatsAddress } from './nats-address.ts';
import { NatsLink } from './nats-link.ts';
import type { SealedMessage } from './nats-session.ts';
import { answersOf, subjectOf } from './subjects.ts';

export interface NatsBusDeps {
  /** As `NATS_URL`. */
  readonly url: string;
  /** What all nodes of this installation share, and nobody else. */
  readonly secret: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The bus of several nodes, over NATS. Resolves also when NATS can't be reached, after a moment: the node then works alone
 * until it can.
 */
export async function openNatsBus(deps: NatsBusDeps): Promise<NatsBus> {
  const bus = new NatsBus(deps);
  let cancel = (): void => undefined;
  const patience = new Promise<void>((resolve) => (cancel = deps.clock.after(BUS_START_MS, resolve)));
  await Promise.race([bus.firstUp, patience]);
  cancel();
  return bus;
}

/** A topic that someone on this node listens to. */
interface Listening {
  readonly topic: Topic;
  subscribers: number;
}

/**
 * Subscribers on this node hear a message at once, as they do on a local bus; NATS carries it to the other nodes that
 * subscribed to its topic, and not back.
 */
export class NatsBus implements Bus {
  readonly isReliable = false;
  readonly #deps: NatsBusDeps;
  readonly #local: LocalBus;
  readonly #losses: Losses;
  readonly #seal: Seal;
  readonly #link: NatsLink;
  /** By subject. */
  readonly #listening = new Map<string, Listening>();
  readonly #returns = new Set<() => void>();

  constructor(deps: NatsBusDeps) {
    this.#deps = deps;
    this.#local = createLocalBus(deps.logger);
    this.#losses = createLosses(deps);
    this.#seal = createSeal(deps.secret);
    this.#link = new NatsLink({
      ...deps,
      losses: this.#losses,
      address: readNatsAddress(deps.url),
      jsonResponse: answersOf(this.#seal.installation),
      received: (message) => this.#heard(message),
      returned: () => this.#returned(),
    });
  }

  /** Resolves when NATS is reached for the first time. */
  get firstUp(): Promise<void> {
    return this.#link.firstUp;
  }

  publish<T extends Topic>(topic: T, message: MessageOn<T>): void {
    const subject = subjectOf(this.#seal.installation, topic);
    // First to the others: what a subscriber here answers to it must come after it everywhere.
    if (subject !== null) this.#carry(subject, message);
    this.#local.publish(topic, message);
  }

  subscribe<T extends Topic>(topic: T, hear: BusHandler<MessageOn<T>>): () => void {
    const unsubscribe = this.#local.subscribe(topic, hear);
    const subject = subjectOf(this.#seal.installation, topic);
    if (subject === null) return unsubscribe;
    this.#listen(subject, topic);
    let subscribed = true;
    return () => {
      unsubscribe();
      if (subscribed) this.#unlisten(subject);
      subscribed = false;
    };
  }

  async request<T extends Topic>(topic: T, question: MessageOn<T>): Promise<MessageOn<T> | null> {
    const subject = subjectOf(this.#seal.installation, topic);
    if (subject === null) return null;
    const answer = await this.#link.ask(subject, this.#sealed(subject, question));
    return answer === null ? null : this.#open(topic, answer);
  }

  onReconnect(hear: () => void): () => void {
    const own = (): void => hear();
    this.#returns.add(own);
    return () => void this.#returns.delete(own);
  }

  /** Resolves when NATS has taken everything that was published and subscribed before; at once while it is away. */
  settled(): Promise<void> {
    return this.#link.settled();
  }

  async close(): Promise<void> {
    this.#returns.clear();
    await Promise.all([this.#local.close(), this.#link.close()]);
  }

  /** A run of events that is too large for one message goes as two: both tell of the log in its order. */
  #carry(subject: string, message: BusMessage): void {
    const limit = this.#link.maxPayloadBytes;
    if (limit === null) return this.#losses.count('away');
    const payload = this.#sealed(subject, message);
    if (payload.length <= Math.min(limit, MAX_BUS_MESSAGE_BYTES)) return this.#link.publish(subject, payload);
    if (message.kind !== 'committed' || message.events.length < 2) return this.#losses.count('too-large', { subject });
    const middle = Math.ceil(message.events.length / 2);
    this.#carry(subject, { ...message, events: message.events.slice(0, middle) });
    this.#carry(subject, { ...message, events: message.events.slice(middle) });
  }

  #listen(subject: string, topic: Topic): void {
    const known = this.#listening.get(subject);
    if (known !== undefined) {
      known.subscribers += 1;
      return;
    }
    this.#listening.set(subject, { topic, subscribers: 1 });
    this.#link.listen(subject);
  }

  #unlisten(subject: string): void {
    const known = this.#listening.get(subject);
    if (known === undefined) return;
    known.subscribers -= 1;
    if (known.subscribers > 0) return;
    this.#listening.delete(subject);
    this.#link.unlisten(subject);
  }

  #heard(sealed: SealedMessage): void {
    const topic = this.#listening.get(sealed.subject)?.topic;
    if (topic === undefined) return;
    const message = this.#open(topic, sealed);
    if (message === null) return;
    const { reply = '' } = sealed;
    if (reply === '') return this.#local.publish(topic, message);
    // Sealed for the one subject that this question is answered on, so that it answers no other.
    this.#local.publish(topic, message, (answer) => this.#link.publish(reply, this.#sealed(reply, answer)));
  }

  #sealed(subject: string, message: BusMessage): Buffer {
    return this.#seal.close(subject, Buffer.from(JSON.stringify(message)));
  }

  #open<T extends Topic>(topic: T, { subject, data }: SealedMessage): MessageOn<T> | null {
    const content = this.#seal.open(subject, data);
    if (content === null) {
      this.#losses.count('foreign', { subject });
      return null;
    }
    const message = parseBusMessage(topic, fromJson(content));
    if (message === null) this.#losses.count('malformed', { subject });
    return message;
  }

  #returned(): void {
    for (const hear of this.#returns) {
      try {
        hear();
      } catch (error) {
        this.#deps.logger.error({ err: error }, 'what waited for the return of the bus failed');
      }
    }
  }
}

function fromJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    return null;
  }
}
