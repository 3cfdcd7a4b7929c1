import type { SocketHandlers, HandshakeProbe } from '@parley/client';
import type { User, UserId, UserRole } from '@parley/protocol';
import {
  createMemoryStore,
  type Bus,
  type Core,
  type MemoryUsers,
  type Store,
  type UserRecord,
} from '@parley/server/testing';
import { SeededRandom, VirtualClock, type SimulatedProcess } from '@parley/testkit';
import type { Guarantee, Violation } from '../invariants/guarantees.ts';
import { SentMessages } from '../invariants/sent-messages.ts';
import { Oracle } from '../oracle/oracle.ts';
import { Tab, type Internet } from './client-tab.ts';
import { Connection, type ClientIdentity } from './connection.ts';
import type { SimContext } from './context.ts';
import { Device } from './device.ts';
import { FAULT_FREE, type FaultConditions } from './fault-conditions.ts';
import type { HostileClient } from './hostile-client.ts';
import { ServerNode } from './server-node.ts';
import { Sessions } from './sessions.ts';
import { SimulatedBus } from './simulated-bus.ts';

export interface SimulationOptions {
  readonly seed: string;
  readonly nodes: number;
  readonly rateLimits: boolean;
  /** Keeps the history. */
  readonly isRecorded: boolean;
}

/** Maximum latency of the store each way: on a local disk, or over a network in which responses overtake each other. */
const STORE_MS = [1, 3, 15, 40];

/** In half of the simulations the nodes' clocks are skewed from the start, by up to this much. */
const MAX_CLOCK_SKEW_MS = 3_600_000;

/** Servers, clients, network, store and bus under one clock and one seed. */
export class Simulation implements SimContext, Internet {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly oracle = new Oracle();
  readonly sentMessages = new SentMessages();
  readonly nodes: readonly ServerNode[];
  readonly bus: SimulatedBus | null;
  readonly sessions: Sessions;
  readonly users: UserRecord[] = [];
  readonly devices: Device[] = [];
  readonly tabs = new Set<Tab>();
  /** No further faults start, scheduled ones included. */
  faultsStopped = false;
  /** Clients that do not follow the protocol. */
  readonly hostileClients: HostileClient[] = [];
  /** Clients with a second connection, whose first one has to stop. */
  readonly superseded = new Set<string>();
  readonly counts = new Map<string, number>();
  readonly violations: Violation[] = [];
  readonly history: string[] = [];
  readonly rateLimits: boolean;
  readonly #isRecorded: boolean;
  readonly #durable: { readonly store: Store; readonly users: MemoryUsers };
  readonly #route: SeededRandom;
  /** The conditions of this simulation without faults. */
  readonly faultFree: FaultConditions;
  #conditions: FaultConditions;
  #lastFaultMs = 0;
  #dials = 0;

  constructor({ seed, nodes, rateLimits, isRecorded }: SimulationOptions) {
    this.random = new SeededRandom(seed);
    this.#isRecorded = isRecorded;
    this.rateLimits = rateLimits;
    this.#route = this.random.fork('routes');
    this.faultFree = { ...FAULT_FREE, storeMs: [0, this.random.fork('climate').pick(STORE_MS) ?? 1] };
    this.#conditions = this.faultFree;
    this.#durable = createMemoryStore({ random: this.random.fork('durable'), clock: this.clock });
    this.sessions = new Sessions(this, nodes > 1);
    this.bus = nodes === 1 ? null : new SimulatedBus(this);
    const clocks = this.random.fork('clocks');
    const maxSkewMs = clocks.chance(0.5) ? MAX_CLOCK_SKEW_MS : 0;
    this.nodes = Array.from({ length: nodes }, (_, index) => {
      const { sessions, bus } = this;
      const name = `node-${index + 1}`;
      const clockOffsetMs = Math.floor(clocks.between(-1, 1) * maxSkewMs);
      const deps = { context: this, name, durable: this.#durable, sessions, bus, rateLimits, clockOffsetMs };
      return new ServerNode(deps);
    });
  }

  get conditions(): FaultConditions {
    return this.#conditions;
  }

  set conditions(conditions: FaultConditions) {
    this.noteFault();
    this.#conditions = conditions;
  }

  /** Marks a fault at this moment, for guarantees that promise a time without faults. */
  noteFault(): void {
    this.#lastFaultMs = this.clock.elapsed();
  }

  readonly faultFreeMs = (): number => {
    const isFaultFree =
      this.#conditions === this.faultFree && this.nodes.every(({ isUp }) => isUp) && this.bus?.isPartitioned !== true;
    if (!isFaultFree) this.noteFault();
    return this.clock.elapsed() - this.#lastFaultMs;
  };

  readonly count = (what: string): void => {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  };

  readonly note = (line: () => string): void => {
    if (this.#isRecorded) this.history.push(`${String(this.clock.elapsed()).padStart(7)}  ${line()}`);
  };

  readonly reportViolation = (guarantee: Guarantee, what: string): void => {
    this.note(() => `!! ${guarantee}: ${what}`);
    this.violations.push({ guarantee, what, atMs: this.clock.elapsed() });
  };

  addUser(role: UserRole = 'member'): UserRecord {
    const number = this.users.length + 1;
    const user: UserRecord = {
      id: `u_${number}`,
      name: `User ${number}`,
      handle: `user${number}`,
      role,
      suspended: false,
    };
    this.#durable.users.add(user);
    this.users.push(user);
    return user;
  }

  /** Renames a user. Resolves once the name is stored. */
  async renameUser(id: UserId, name: string): Promise<void> {
    await this.#durable.users.update(id, { name });
  }

  addDevice(user: UserRecord): Device {
    const name = `${user.handle}-device-${this.devices.length + 1}`;
    const device = new Device(this, { name, user, session: this.newSession() });
    this.devices.push(device);
    return device;
  }

  newSession(): string {
    return `s_${this.random.fork(`session ${this.#nextDial()}`).token(48)}`;
  }

  openTab(device: Device, clientId = `${device.name}-tab-${this.#nextDial()}`): Tab {
    const tab = new Tab({ context: this, internet: this, device, clientId });
    this.tabs.add(tab);
    tab.client.failures.subscribe(() => {
      for (const { message } of tab.client.failures.get()) {
        this.sentMessages.failed(message);
        tab.pendingSinceMs.delete(message);
      }
    });
    return tab;
  }

  /** Connects to the given node, or to a random one. */
  dial(caller: ClientIdentity, handlers: SocketHandlers, node = this.#route.pick(this.nodes)): Connection {
    const name = `${caller.clientId} ${this.#nextDial()}`;
    const connection = new Connection(this, caller, { ...handlers, name });
    this.note(() => `  ${caller.clientId} dials ${node?.name}`);
    this.clock.after(this.#travelMs(), () => node?.accept(connection));
    return connection;
  }

  async probeHandshake(caller: ClientIdentity): Promise<HandshakeProbe> {
    await caller.process.pause(this.#travelMs());
    const probe = await this.#route.pick(this.nodes)?.probe(caller);
    await caller.process.pause(this.#travelMs());
    return probe ?? { kind: 'unreachable' };
  }

  async request<T>(process: SimulatedProcess, work: (core: Core, bus: Bus) => Promise<T>): Promise<T> {
    await process.pause(this.#travelMs());
    const answer = this.#route.chance(this.#conditions.requestLost)
      ? null
      : this.#route.pick(this.nodes)?.handleRequest(work);
    if (answer === null || answer === undefined) return this.#lose('request lost');
    const outcome = await answer;
    await process.pause(this.#travelMs());
    return this.#route.chance(this.#conditions.answerLost) ? this.#lose('answer lost') : outcome;
  }

  async fetchUsers(process: SimulatedProcess, ids: readonly UserId[]): Promise<readonly User[]> {
    const found = await this.request(process, () => this.#durable.users.findMany(ids));
    return found.map(({ id, name, handle, role }) => ({ id, name, handle, role }));
  }

  /** Changes the fault conditions for some time. */
  applyFaults(change: Partial<FaultConditions>, ms: number): void {
    const conditions = { ...this.faultFree, ...change };
    this.conditions = conditions;
    this.clock.after(ms, () => {
      if (this.#conditions === conditions) this.conditions = this.faultFree;
    });
  }

  /** Advances the clock. Returns false after a violation. */
  async advance(ms: number): Promise<boolean> {
    await this.clock.advance(ms);
    return this.violations.length === 0;
  }

  #lose(what: string): never {
    this.count(what);
    throw new Error(what);
  }

  #travelMs(): number {
    return Math.floor(this.#route.between(...this.#conditions.networkMs));
  }

  #nextDial(): number {
    this.#dials += 1;
    return this.#dials;
  }
}
