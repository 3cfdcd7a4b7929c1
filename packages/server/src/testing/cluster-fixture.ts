import type { UserRole } from '@parley/protocol';
import { settle, VirtualClock } from '@parley/testkit';
import { createLocalBus, type LocalBus } from '#adapters/local-bus.ts';
import { createMemoryStore } from '#adapters/memory-store.ts';
import { createCore, type Core } from '#app.ts';
import type { IdentityState, IdentityToCheck } from '#identity/authenticator.ts';
import { BUS_REPLY_TIMEOUT_MS } from '#limits.ts';
import type { Bus, BusMessage, MessageOn, Topic } from '#ports/bus.ts';
import type { Random } from '#ports/random.ts';
import { StoreUnavailable, type Store } from '#ports/store.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import { countingRandom, openDevice, type Device } from './chat-fixture.ts';
import { nullLogger, nullMetrics } from './null-logger.ts';

/** Several nodes in this process, over one store and a bus whose losses the test controls. */
export interface ClusterFixture extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly users: Users;
  readonly nodes: readonly ClusterNode[];
  /** True for messages that do not arrive at the other nodes. */
  loses: (message: BusMessage) => boolean;
  /** The database does not answer. */
  isStoreDown: boolean;
  /** Sessions that have ended; the session of `openDevice` is `s_` and the user's id. */
  readonly ended: Set<string>;
  addUser(name: string, role?: UserRole): UserRecord;
  connect(node: number, user: UserRecord, clientId?: string): Promise<Device>;
}

export interface ClusterNode {
  readonly core: Core;
  readonly bus: Bus;
  /** The messages that this node published, in order. */
  readonly published: BusMessage[];
  /** The bus reconnects, for this node. */
  reconnectBus(): void;
  /** Ends the process: it sends and receives nothing any more. */
  kill(): void;
}

/** `loses`: messages that are lost from the start; may be changed later. */
export async function clusterFixture(
  size: number,
  loses: ClusterFixture['loses'] = () => false,
): Promise<ClusterFixture> {
  const clock = new VirtualClock();
  const random = countingRandom();
  const memory = createMemoryStore({ random, clock });
  const hub = new FixtureBus(clock);
  const nodes: ClusterNode[] = [];
  const fixture: ClusterFixture = {
    clock,
    store: memory.store,
    users: memory.users,
    nodes,
    loses,
    isStoreDown: false,
    ended: new Set(),
    addUser(name, role = 'member') {
      const user: UserRecord = { id: `u_${name}`, name, handle: name.toLowerCase(), role, suspended: false };
      memory.users.add(user);
      return user;
    },
    async connect(node, user, clientId = `client-of-${user.id}-${node}`) {
      const { core } = at(nodes, node);
      const device = openDevice(core, { user, clientId, recheck: () => 'valid' });
      await settle();
      return device;
    },
    async [Symbol.asyncDispose]() {
      for (const { core } of nodes) core.close();
      await memory.store.close();
    },
  };
  hub.loses = (message) => fixture.loses(message);
  for (let n = 0; n < size; n += 1) nodes.push(await openNode({ fixture, memory, hub, random }));
  return fixture;
}

interface NodeDeps {
  readonly fixture: ClusterFixture;
  readonly memory: ReturnType<typeof createMemoryStore>;
  readonly hub: FixtureBus;
  readonly random: Random;
}

async function openNode({ fixture, memory, hub, random }: NodeDeps): Promise<ClusterNode> {
  const end = hub.end();
  const core = await createCore({
    config: { rateLimits: false, maxConnectionsPerUser: 50 },
    store: failing(memory.store, fixture),
    users: failing(memory.users, fixture),
    bus: end.bus,
    clock: fixture.clock,
    random,
    logger: nullLogger,
    metrics: nullMetrics,
    afterTurn: (task) => queueMicrotask(task),
  });
  const stateOf = async ({ user, session }: IdentityToCheck): Promise<IdentityState> => {
    if (fixture.ended.has(session ?? '')) return 'ended';
    return (await memory.users.find(user))?.suspended === true ? 'suspended' : 'valid';
  };
  core.watchSessions((identities) => runOrFail(fixture, () => Promise.all(identities.map(stateOf))));
  const kill = (): void => {
    end.kill();
    core.close();
  };
  return { core, ...end, kill };
}

function at(nodes: readonly ClusterNode[], index: number): ClusterNode {
  const node = nodes[index];
  if (node === undefined) throw new Error(`there is no node ${index}`);
  return node;
}

async function runOrFail<T>(fixture: ClusterFixture, run: () => Promise<T>): Promise<T> {
  if (fixture.isStoreDown) throw new StoreUnavailable('down');
  return run();
}

function failing<T extends object>(deps: T, fixture: ClusterFixture): T {
  return new Proxy(deps, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => runOrFail(fixture, async () => Reflect.apply(value, target, args) as unknown);
    },
  });
}

interface End {
  readonly local: LocalBus;
  readonly reconnectHandlers: Set<() => void>;
  isDead: boolean;
}

class FixtureBus {
  loses: (message: BusMessage) => boolean = () => false;
  readonly #clock: VirtualClock;
  readonly #ends = new Set<End>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  end(): Pick<ClusterNode, 'bus' | 'published' | 'reconnectBus' | 'kill'> {
    const end: End = { local: createLocalBus(nullLogger), reconnectHandlers: new Set(), isDead: false };
    const published: BusMessage[] = [];
    this.#ends.add(end);
    const bus: Bus = {
      ...end.local,
      isReliable: false,
      publish: (topic, message) => {
        if (end.isDead) return;
        published.push(message);
        end.local.publish(topic, message);
        for (const other of this.#ends) {
          if (other === end || this.loses(message)) continue;
          this.#clock.after(1, () => {
            if (!other.isDead) other.local.publish(topic, message);
          });
        }
      },
      request: (topic, request) => this.#request(end, topic, request),
      onReconnect: (onReconnected) => {
        end.reconnectHandlers.add(onReconnected);
        return () => end.reconnectHandlers.delete(onReconnected);
      },
    };
    return {
      bus,
      published,
      reconnectBus: () => end.reconnectHandlers.forEach((onReconnected) => onReconnected()),
      kill: () => {
        end.isDead = true;
      },
    };
  }

  /** A dead node does not subscribe any more. For a lost message the requester waits. */
  #request<T extends Topic>(requester: End, topic: T, request: MessageOn<T>): Promise<MessageOn<T> | null> {
    return new Promise((resolve) => {
      const others = [...this.#ends].filter(
        (end) => end !== requester && !end.isDead && end.local.hasSubscribers(topic),
      );
      if (others.length === 0) this.#clock.after(1, () => resolve(null));
      this.#clock.after(BUS_REPLY_TIMEOUT_MS, () => resolve(null));
      const reply = (message: MessageOn<T>): void => {
        if (!this.loses(message)) this.#clock.after(1, () => resolve(message));
      };
      for (const { local } of this.loses(request) ? [] : others) {
        this.#clock.after(1, () => local.publish(topic, request, reply));
      }
    });
  }
}
