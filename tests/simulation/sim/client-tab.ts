import {
  createParleyClient,
  type ChannelView,
  type Conversation,
  type FailedOperation,
  type ParleyClient,
  type SocketHandlers,
  type Timeline,
  type HandshakeProbe,
} from '@parley/client';
import { decodeServerFrame, type ChannelId, type MessageId, type User, type UserId } from '@parley/protocol';
import type { Bus, Core } from '@parley/server/testing';
import { SimulatedProcess, type SeededRandom } from '@parley/testkit';
import type { ClientIdentity, Connection } from './connection.ts';
import type { SimContext } from './context.ts';
import type { Device } from './device.ts';

/** Slow storage may first finish a save, then an adoption, then save again: 3 s each. */
const SAVED_WITHIN_MS = 10_000;

/** The network between clients and nodes. */
export interface Internet {
  readonly dial: (caller: ClientIdentity, handlers: SocketHandlers) => Connection;
  readonly probeHandshake: (caller: ClientIdentity) => Promise<HandshakeProbe>;
  /** Runs the work of an HTTP request on some node. Rejects if the request or the response is lost. */
  readonly request: <T>(process: SimulatedProcess, work: (core: Core, bus: Bus) => Promise<T>) => Promise<T>;
  readonly fetchUsers: (process: SimulatedProcess, ids: readonly UserId[]) => Promise<readonly User[]>;
}

export interface TabDeps {
  readonly context: SimContext;
  readonly internet: Internet;
  readonly device: Device;
  readonly clientId: string;
}

/** One page of the web client: the SDK in a process of its own, which may sleep, crash and be offline. */
export class Tab {
  readonly device: Device;
  readonly clientId: string;
  /** When the page was opened. */
  readonly openedMs: number;
  readonly process: SimulatedProcess;
  readonly client: ParleyClient;
  /** Open conversations, each with the undo of its subscription. */
  readonly open = new Map<Conversation, () => void>();
  /** `lastSeq` of each channel at the last check. */
  readonly lastSeqs = new Map<ChannelId, number>();
  /** The channel list at the last check. */
  lastChannelList: readonly ChannelView[] = [];
  /** Since when the unread count of a channel has been wrong. */
  readonly unreadWrongSinceMs = new Map<ChannelId, number>();
  /** When the last typing signal arrived, by channel and user. */
  readonly typingReceivedMs = new Map<string, number>();
  /** What it showed of each conversation at the last check. */
  readonly lastChecked = new Map<
    Conversation,
    { readonly timeline: Timeline; readonly failures: readonly FailedOperation[] }
  >();
  /** Messages pending in each conversation at the last check. */
  readonly pending = new Map<Conversation, ReadonlySet<MessageId>>();
  /** Since when each message has been continuously pending. */
  readonly pendingSinceMs = new Map<MessageId, number>();
  /** When it last received a reply, came online, went offline or woke up. */
  steadySinceMs: number;
  /** Failed messages at the last check. */
  failed: ReadonlySet<MessageId> = new Set();
  /** The connection dialed last. */
  connection: Connection | null = null;
  isOffline = false;
  readonly #deps: TabDeps;
  readonly #random: SeededRandom;
  #wokeMs: number;
  #savedBeforeSleepMs: number;
  readonly #hints = new Set<() => void>();
  #unwatchChannelList: (() => void) | null = null;
  #wasOnline = false;

  constructor(deps: TabDeps) {
    const { context, device, clientId } = deps;
    this.#deps = deps;
    this.device = device;
    this.clientId = clientId;
    this.process = new SimulatedProcess(context.clock);
    this.#random = context.random.fork(`tab ${clientId} ${context.clock.elapsed()}`);
    this.openedMs = context.clock.elapsed();
    this.steadySinceMs = this.openedMs;
    this.#wokeMs = this.openedMs;
    this.#savedBeforeSleepMs = this.openedMs;
    this.client = this.#createClient();
    this.client.status.subscribe(() => this.#noticeStatus());
    this.client.connect();
  }

  get user(): string {
    return this.device.user.id;
  }

  /** Operations until then are saved, unless the storage failed. A sleeping page saves nothing. */
  get savedUntilMs(): number {
    const nowMs = this.process.elapsed();
    const hasBeenAwake = !this.process.isAsleep && nowMs - this.#wokeMs >= SAVED_WITHIN_MS;
    return hasBeenAwake ? nowMs - SAVED_WITHIN_MS : this.#savedBeforeSleepMs;
  }

  get caller(): ClientIdentity {
    const { process, clientId, device } = this;
    return { process, clientId, user: device.user, session: device.session };
  }

  get isOnline(): boolean {
    return this.client.status.get().name === 'online';
  }

  /** Opens a conversation. `changed` is called whenever it changes. */
  watch(conversation: Conversation, changed: () => void): void {
    this.client.open(conversation);
    if (this.open.has(conversation)) return;
    this.open.set(conversation, this.client.timeline(conversation).subscribe(changed));
  }

  /** Subscribes to the channel list. `changed` is called whenever it changes. */
  watchChannelList(changed: () => void): void {
    this.#unwatchChannelList ??= this.client.channels.subscribe(changed);
  }

  /** The page became visible, or the network returned. */
  hint(): void {
    for (const hint of this.#hints) hint();
  }

  goOffline(): void {
    this.isOffline = true;
    this.connection?.silence('both');
  }

  goOnline(): void {
    if (!this.isOffline) return;
    this.isOffline = false;
    if (this.#random.chance(0.5)) this.connection?.unsilence();
    else this.connection?.cut();
    this.process.run(() => this.hint());
  }

  sleep(): void {
    this.#savedBeforeSleepMs = this.savedUntilMs;
    this.process.sleep();
    this.connection?.silence('both');
  }

  wake(): void {
    if (!this.process.isAsleep) return;
    this.process.wake();
    this.#wokeMs = this.process.elapsed();
    this.#moved();
    if (this.#random.chance(0.5)) this.connection?.unsilence();
    if (this.#random.chance(0.7)) this.process.run(() => this.hint());
  }

  /** The page vanishes without closing. */
  kill(isKernelAlive: boolean): void {
    this.process.kill();
    this.connection?.clientDied(isKernelAlive);
    this.device.closed(this.clientId);
    this.open.clear();
    this.#unwatchChannelList?.();
  }

  #received(text: string, handlers: SocketHandlers): void {
    const frame = text.startsWith('{"type":"typing"') ? decodeServerFrame(text) : null;
    if (frame?.type === 'typing' && frame.on) {
      this.typingReceivedMs.set(`${frame.channel} ${frame.user}`, this.#deps.context.clock.elapsed());
    }
    if (!NO_REPLY.test(text)) this.#moved();
    handlers.received(text);
  }

  #noticeStatus(): void {
    if (this.isOnline === this.#wasOnline) return;
    this.#wasOnline = this.isOnline;
    this.#moved();
  }

  #moved(): void {
    this.steadySinceMs = this.#deps.context.clock.elapsed();
  }

  #createClient(): ParleyClient {
    const { device, clientId, internet } = this.#deps;
    return createParleyClient({
      clientId,
      environment: {
        clock: this.process,
        random: this.#random,
        persistence: device.persistence(clientId, this.process),
        network: {
          onWake: (hint) => {
            this.#hints.add(hint);
            return () => this.#hints.delete(hint);
          },
        },
        socket: (_clientId, handlers) => {
          this.connection = this.isOffline
            ? unreachable(this.process, handlers)
            : internet.dial(this.caller, { ...handlers, received: (text) => this.#received(text, handlers) });
          return this.connection?.socket ?? DEAD_SOCKET;
        },
        probeHandshake: () =>
          this.isOffline ? Promise.resolve({ kind: 'unreachable' }) : internet.probeHandshake(this.caller),
        fetchUsers: (ids) =>
          this.isOffline ? Promise.reject(new Error('offline')) : internet.fetchUsers(this.process, ids),
      },
    });
  }
}

/** Frames that do not restart the SDK's timeouts. */
const NO_REPLY = /^{"type":"(?:pong|typing|presence|error)"/;
const OFFLINE_MS = 20;
const DEAD_SOCKET = { send: () => undefined, bufferedBytes: () => 0, close: () => undefined };

function unreachable(process: SimulatedProcess, handlers: SocketHandlers): null {
  process.after(OFFLINE_MS, () => handlers.closed(1006));
  return null;
}
