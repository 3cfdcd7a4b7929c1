import type { HandshakeProbe } from '@parley/client';
import { CLOSE, HTTP_STATUS, type HttpErrorCode } from '@parley/protocol';
import {
  createCore,
  createLocalBus,
  DRAIN_MS,
  StoreUnavailable,
  nullMetrics,
  type Bus,
  type Core,
  type Logger,
  type Reservation,
  type IdentityState,
  type Store,
  type Users,
} from '@parley/server/testing';
import { SimulatedProcess } from '@parley/testkit';
import { FrameMonitor } from '../invariants/frame-monitor.ts';
import type { ClientIdentity, Connection } from './connection.ts';
import type { SimContext } from './context.ts';
import type { Sessions } from './sessions.ts';
import type { SimulatedBus } from './simulated-bus.ts';
import { simulatedStore, simulatedUsers, type StoreMoment } from './simulated-store.ts';

export interface ServerNodeDeps {
  readonly context: SimContext;
  readonly name: string;
  readonly durable: { readonly store: Store; readonly users: Users };
  readonly sessions: Sessions;
  /** Null when this node runs alone. */
  readonly bus: SimulatedBus | null;
  readonly rateLimits: boolean;
  /** Clock skew at each start. */
  readonly clockOffsetMs: number;
}

/** Where the process dies: at this moment, after this many microtasks. */
export interface CrashPoint {
  readonly moment: StoreMoment;
  readonly steps: number;
}

const RESTART_MS = 1_000;
const MAX_CONNECTIONS_PER_USER = 50;
const ADDRESS = '127.0.0.1';

interface Authorization {
  /** Null if accepted. */
  readonly refusal: HttpErrorCode | null;
  /** Null if authorization failed before. */
  readonly reservation: Reservation | null;
}

type State =
  | { readonly name: 'down' }
  /** The core is not ready, so the node does not listen. */
  | { readonly name: 'starting'; readonly process: SimulatedProcess }
  | { readonly name: 'up' | 'draining'; readonly process: SimulatedProcess; readonly core: Core; readonly bus: Bus };

/** A server process that crashes and restarts. Only the durable store survives it. */
export class ServerNode {
  readonly name: string;
  readonly connections = new Set<Connection>();
  readonly #deps: ServerNodeDeps;
  #state: State = { name: 'down' };
  #starts = 0;
  #crashPoint: CrashPoint | null = null;
  /** The connection count of the core, since this start. */
  connected = 0;
  /** The bus subscriptions of the core, since this start. */
  subscriptions = 0;

  constructor(deps: ServerNodeDeps) {
    this.#deps = deps;
    this.name = deps.name;
  }

  get isUp(): boolean {
    return this.#state.name === 'up' && this.#state.process.isRunning;
  }

  get isDown(): boolean {
    return this.#state.name === 'down';
  }

  get process(): SimulatedProcess | null {
    return this.#state.name === 'down' ? null : this.#state.process;
  }

  start(): void {
    if (this.#state.name !== 'down') return;
    const { context } = this.#deps;
    this.#starts += 1;
    this.connected = 0;
    this.subscriptions = 0;
    const process = new SimulatedProcess(context.clock);
    process.skewClock(this.#deps.clockOffsetMs);
    this.#state = { name: 'starting', process };
    const deps = this.#coreDeps(process);
    createCore(deps).then(
      (core) => {
        core.watchSessions((identities) => this.#sessionStates(identities, process));
        if (this.process === process) this.#state = { name: 'up', process, core, bus: deps.bus };
      },
      (error: unknown) => {
        context.note(() => `  ${this.name} could not start: ${String(error)}`);
        if (this.process !== process) return;
        this.crash(true);
        context.clock.after(RESTART_MS, () => this.start());
      },
    );
  }

  /** Kills the process. Without a living kernel, peers do not notice. */
  crash(isKernelAlive: boolean): void {
    this.process?.kill();
    this.#state = { name: 'down' };
    this.#crashPoint = null;
    for (const connection of this.connections) connection.nodeDied(isKernelAlive);
    this.connections.clear();
  }

  /** Crashes at the next occurrence of this moment. */
  armCrash(crashPoint: CrashPoint): void {
    this.#crashPoint = crashPoint;
  }

  /** Cancels `armCrash`. */
  disarmCrash(): void {
    this.#crashPoint = null;
  }

  /** Shuts down gracefully, as on SIGTERM, and restarts. */
  drain(): void {
    if (this.#state.name !== 'up') return;
    const { process, core, bus } = this.#state;
    this.#state = { name: 'draining', process, core, bus };
    process.run(() => core.gateway.closeAll(CLOSE.restarting, 'restarting'));
    process.after(DRAIN_MS, () => {
      core.close();
      this.crash(true);
      this.#deps.context.clock.after(RESTART_MS, () => this.start());
    });
  }

  /** A client connects. */
  accept(connection: Connection): void {
    const state = this.#state;
    if (state.name === 'down' || state.name === 'starting') {
      connection.refuse();
      return;
    }
    state.process.run(() => void this.#accept(connection, state));
  }

  /** The response to a plain GET of the WebSocket URL. */
  async probe(caller: ClientIdentity): Promise<HandshakeProbe> {
    const state = this.#state;
    if (state.name === 'down' || state.name === 'starting') return { kind: 'unreachable' };
    const { refusal, reservation } = await this.#authorize(caller, state, 'peek');
    reservation?.[Symbol.dispose]();
    const code = refusal ?? 'upgrade_required';
    const retryAfterMs = code === 'draining' ? 2_000 : null;
    return { kind: 'answered', status: HTTP_STATUS[code], code, retryAfterMs };
  }

  /** Runs the work of an HTTP request on this node. Null if the node is down. */
  handleRequest<T>(work: (core: Core, bus: Bus) => Promise<T>): Promise<T> | null {
    const state = this.#state;
    if (state.name === 'down' || state.name === 'starting') return null;
    return new Promise((resolve, reject) => {
      state.process.run(() => void work(state.core, state.bus).then(resolve, reject));
    });
  }

  async #accept(connection: Connection, { process, core }: { process: SimulatedProcess; core: Core }): Promise<void> {
    const { caller } = connection;
    const probe = await this.#authorize(caller, { process, core }, 'consume');
    using reservation = probe.reservation;
    const refusal = probe.refusal ?? reservation?.refusal()?.code ?? null;
    if (refusal !== null) {
      this.#deps.context.count(`handshake refused: ${refusal}`);
      connection.refuse();
      return;
    }
    if (connection.isClosed) return;
    const { user, session, clientId } = caller;
    const { context, sessions } = this.#deps;
    const monitor = new FrameMonitor(context, {
      user: user.id,
      clientId,
      isOneOfSeveral: this.#deps.bus !== null,
    });
    const ended = (): void => {
      this.connections.delete(connection);
      sessions.remove(connection);
    };
    context.note(() => `  ${this.name} takes ${clientId}`);
    this.connections.add(connection);
    sessions.add(connection, process);
    const identity = { user, session, expiresAt: Number.MAX_SAFE_INTEGER };
    const recheck = async (): Promise<'valid' | 'ended'> =>
      (await this.#isSessionActive(caller, process)) ? 'valid' : 'ended';
    const admission = { clientId, identity, address: ADDRESS, recheck };
    connection.accept({ process, monitor, ended }, (wire) => core.gateway.accept(admission, wire));
  }

  /** Authorizes like the handshake. */
  async #authorize(
    caller: ClientIdentity,
    { process, core }: { readonly process: SimulatedProcess; readonly core: Core },
    use: 'consume' | 'peek',
  ): Promise<Authorization> {
    if (this.#state.name === 'draining') return { refusal: 'draining', reservation: null };
    if (!(await this.#isSessionActive(caller, process))) return { refusal: 'invalid_token', reservation: null };
    const request = { clientId: caller.clientId, user: caller.user.id, address: ADDRESS };
    const reservation = await core.gateway.limiter.reserve(request, use);
    return { refusal: reservation.refusal()?.code ?? null, reservation };
  }

  /** Reads the session from the accounts, with the latency of the store. */
  async #isSessionActive({ clientId, session }: ClientIdentity, process: SimulatedProcess): Promise<boolean> {
    const { context, sessions } = this.#deps;
    const random = context.random.fork(`handshake ${clientId} ${context.clock.elapsed()}`);
    const travelMs = (): number => Math.floor(random.between(...context.conditions.storeMs));
    await process.pause(travelMs());
    const isActive = sessions.isActive(session);
    await process.pause(travelMs());
    return isActive;
  }

  /** Reads many sessions at once, which may fail like any store request. */
  async #sessionStates(
    identities: readonly { readonly session: string | null }[],
    process: SimulatedProcess,
  ): Promise<IdentityState[]> {
    const { context, sessions } = this.#deps;
    const random = context.random.fork(`proofs of ${this.name} ${context.clock.elapsed()}`);
    const travelMs = (): number => Math.floor(random.between(...context.conditions.storeMs));
    await process.pause(travelMs());
    if (random.chance(context.conditions.storeFails)) throw new StoreUnavailable('proofs could not be read');
    const states = identities.map(({ session }) => (sessions.isActive(session ?? '') ? 'valid' : 'ended'));
    await process.pause(travelMs());
    return states;
  }

  #coreDeps(process: SimulatedProcess): Parameters<typeof createCore>[0] {
    const { context, name, durable, rateLimits } = this.#deps;
    const bus = this.#deps.bus;
    const incarnation = `${name}.${this.#starts}`;
    const logger = this.#logger();
    const reached = (moment: StoreMoment): void => {
      if (moment === this.#crashPoint?.moment && this.process === process) void this.#crash(process, this.#crashPoint);
    };
    const isAlone = bus === null;
    const storeDeps = { context, name: incarnation, process, durable: durable.store, isAlone, reached };
    return {
      config: { rateLimits, maxConnectionsPerUser: MAX_CONNECTIONS_PER_USER },
      store: simulatedStore(storeDeps),
      users: simulatedUsers(storeDeps, durable.users),
      bus: this.#counted(bus === null ? createLocalBus(logger) : bus.end(name, process), process),
      clock: process,
      random: context.random.fork(`node ${incarnation}`),
      logger,
      metrics: this.#metrics(process),
      afterTurn: (task) => void process.after(0, task),
    };
  }

  /** Wraps the bus to count subscriptions. */
  #counted(bus: Bus, process: SimulatedProcess): Bus {
    return {
      ...bus,
      subscribe: (topic, handler) => {
        const undo = bus.subscribe(topic, handler);
        let isListening = true;
        if (this.process === process) this.subscriptions += 1;
        return () => {
          undo();
          if (isListening && this.process === process) this.subscriptions -= 1;
          isListening = false;
        };
      },
    };
  }

  async #crash(process: SimulatedProcess, { moment, steps }: CrashPoint): Promise<void> {
    const { context } = this.#deps;
    this.#crashPoint = null;
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    if (this.process !== process || !process.isRunning) return;
    context.count(`crash with a ${moment}`);
    context.note(() => `  ${this.name} dies with a ${moment}, ${steps} steps later`);
    this.crash(true);
    context.clock.after(RESTART_MS, () => this.start());
  }

  #metrics(process: SimulatedProcess): Parameters<typeof createCore>[0]['metrics'] {
    const add = (difference: number): void => {
      if (this.process === process) this.connected += difference;
    };
    return {
      ...nullMetrics,
      connectionOpened: () => add(1),
      connectionClosed: () => add(-1),
      commandRefused: (code) => this.#deps.context.count(`refused: ${code}`),
    };
  }

  /** Any logged failure other than an unavailable store is a bug. */
  #logger(): Logger {
    const { context } = this.#deps;
    const report = (fields: object, message: string): void => {
      const error = 'err' in fields ? fields.err : null;
      context.note(() => `  ${this.name} logs: ${message} ${String(error)}`);
      if (!(error instanceof StoreUnavailable)) {
        context.reportViolation('internal error', `${message}: ${describe(error)}`);
      }
    };
    return { debug: () => undefined, info: () => undefined, warn: report, error: report };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
