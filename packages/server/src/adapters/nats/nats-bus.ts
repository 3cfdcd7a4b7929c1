import { createLocalBus, type LocalBus } from '#adapters/local-bus.ts';
import { BUS_START_TIMEOUT_MS, MAX_BUS_MESSAGE_BYTES } from '#limits.ts';
import type { Bus, BusMessage, BusHandler, MessageOn, Topic } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Random } from '#ports/random.ts';
import { parseBusMessage } from './bus-message-schema.ts';
import { createLossLog, type LossLog } from './loss-log.ts';
import { createMessageMac, type MessageMac } from './message-mac.ts';
import { readNatsAddress } from './nats-address.ts';
import { NatsLink } from './nats-link.ts';
import type { SignedMessage } from './nats-session.ts';
import { replyPrefixOf, subjectOf } from './subjects.ts';

export interface NatsBusDeps {
  /** As `NATS_URL`. */
  readonly url: string;
  /** Shared by the nodes of this installation only. */
  readonly secret: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The bus of several nodes, over NATS. When NATS cannot be reached it resolves after a timeout: the node then works alone
 * until NATS is available.
 */
export async function openNatsBus(deps: NatsBusDeps): Promise<NatsBus> {
  const bus = new NatsBus(deps);
  let cancel = (): void => undefined;
  const timeout = new Promise<void>((resolve) => (cancel = deps.clock.after(BUS_START_TIMEOUT_MS, resolve)));
  await Promise.race([bus.firstConnected, timeout]);
  cancel();
  return bus;
}

/** A topic with subscribers on this node. */
interface TopicSubscription {
  readonly topic: Topic;
  subscribers: number;
}

/**
 * Delivers a message to subscribers on this node synchronously, as a local bus does. NATS delivers it to the other nodes
 * that subscribed to its topic, and not back to this one.
 */
export class NatsBus implements Bus {
  readonly isReliable = false;
  readonly #deps: NatsBusDeps;
  readonly #local: LocalBus;
  readonly #losses: LossLog;
  readonly #mac: MessageMac;
  readonly #link: NatsLink;
  /** By subject. */
  readonly #subscriptions = new Map<string, TopicSubscription>();
  readonly #reconnectHandlers = new Set<() => void>();

  constructor(deps: NatsBusDeps) {
    this.#deps = deps;
    this.#local = createLocalBus(deps.logger);
    this.#losses = createLossLog(deps);
    this.#mac = createMessageMac(deps.secret);
    this.#link = new NatsLink({
      ...deps,
      losses: this.#losses,
      address: readNatsAddress(deps.url),
      replyPrefix: replyPrefixOf(this.#mac.installation),
      onMessage: (message) => this.#onMessage(message),
      onConnected: () => this.#onConnected(),
    });
  }

  /** Resolves when NATS is connected for the first time. */
  get firstConnected(): Promise<void> {
    return this.#link.firstConnected;
  }

  publish<T extends Topic>(topic: T, message: MessageOn<T>): void {
    const subject = subjectOf(this.#mac.installation, topic);
    // To the other nodes first: what a local subscriber publishes in response must come after it everywhere.
    if (subject !== null) this.#publishRemote(subject, message);
    this.#local.publish(topic, message);
  }

  subscribe<T extends Topic>(topic: T, handler: BusHandler<MessageOn<T>>): () => void {
    const unsubscribe = this.#local.subscribe(topic, handler);
    const subject = subjectOf(this.#mac.installation, topic);
    if (subject === null) return unsubscribe;
    this.#addSubscriber(subject, topic);
    let subscribed = true;
    return () => {
      unsubscribe();
      if (subscribed) this.#removeSubscriber(subject);
      subscribed = false;
    };
  }

  async request<T extends Topic>(topic: T, question: MessageOn<T>): Promise<MessageOn<T> | null> {
    const subject = subjectOf(this.#mac.installation, topic);
    if (subject === null) return null;
    const answer = await this.#link.request(subject, this.#sign(subject, question));
    return answer === null ? null : this.#verify(topic, answer);
  }

  onReconnect(handler: () => void): () => void {
    const own = (): void => handler();
    this.#reconnectHandlers.add(own);
    return () => void this.#reconnectHandlers.delete(own);
  }

  /** Resolves when NATS has received everything that was published and subscribed before, immediately while disconnected. */
  settled(): Promise<void> {
    return this.#link.settled();
  }

  async close(): Promise<void> {
    this.#reconnectHandlers.clear();
    await Promise.all([this.#local.close(), this.#link.close()]);
  }

  /** A run of events that is too large for one message is split into two, in order. */
  #publishRemote(subject: string, message: BusMessage): void {
    const limit = this.#link.maxPayloadBytes;
    if (limit === null) return this.#losses.count('away');
    const payload = this.#sign(subject, message);
    if (payload.length <= Math.min(limit, MAX_BUS_MESSAGE_BYTES)) return this.#link.publish(subject, payload);
    if (message.kind !== 'committed' || message.events.length < 2) return this.#losses.count('too-large', { subject });
    const middle = Math.ceil(message.events.length / 2);
    this.#publishRemote(subject, { ...message, events: message.events.slice(0, middle) });
    this.#publishRemote(subject, { ...message, events: message.events.slice(middle) });
  }

  #addSubscriber(subject: string, topic: Topic): void {
    const known = this.#subscriptions.get(subject);
    if (known !== undefined) {
      known.subscribers += 1;
      return;
    }
    this.#subscriptions.set(subject, { topic, subscribers: 1 });
    this.#link.subscribe(subject);
  }

  #removeSubscriber(subject: string): void {
    const known = this.#subscriptions.get(subject);
    if (known === undefined) return;
    known.subscribers -= 1;
    if (known.subscribers > 0) return;
    this.#subscriptions.delete(subject);
    this.#link.unsubscribe(subject);
  }

  #onMessage(signed: SignedMessage): void {
    const topic = this.#subscriptions.get(signed.subject)?.topic;
    if (topic === undefined) return;
    const message = this.#verify(topic, signed);
    if (message === null) return;
    const { reply = '' } = signed;
    if (reply === '') return this.#local.publish(topic, message);
    // Signed for the reply subject of this request, so that it cannot be used as the reply to another.
    this.#local.publish(topic, message, (answer) => this.#link.publish(reply, this.#sign(reply, answer)));
  }

  #sign(subject: string, message: BusMessage): Buffer {
    return this.#mac.sign(subject, Buffer.from(JSON.stringify(message)));
  }

  #verify<T extends Topic>(topic: T, { subject, data }: SignedMessage): MessageOn<T> | null {
    const content = this.#mac.verify(subject, data);
    if (content === null) {
      this.#losses.count('foreign', { subject });
      return null;
    }
    const message = parseBusMessage(topic, fromJson(content));
    if (message === null) this.#losses.count('malformed', { subject });
    return message;
  }

  #onConnected(): void {
    for (const handler of this.#reconnectHandlers) {
      try {
        handler();
      } catch (error) {
        this.#deps.logger.error({ err: error }, 'a handler of the reconnection of the bus failed');
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
