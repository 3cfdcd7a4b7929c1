import { type ClientFrame, decodeServerFrame, type ServerFrame } from '@parley/protocol';
import { DeadlineTimer } from '../deadline-timer.ts';
import type { ClientEnvironment, Socket, HandshakeProbe } from '../environment.ts';
import {
  deadlineMs,
  hasSocket,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  transition,
} from './connection-state.ts';

export interface ConnectionListener {
  /** Called with every frame while online; `ready` is the first. */
  readonly onFrame: (frame: ServerFrame) => void;
  /** `event` caused the change. */
  readonly onChange: (state: ConnectionState, before: ConnectionState, event: ConnectionEvent) => void;
  /** A ping is due. Any frame counts as its answer. */
  readonly onPingDue: () => void;
}

/** Runs the state machine of `connection-state.ts`: owns the socket and one timer. */
export class Connection {
  readonly #environment: ClientEnvironment;
  readonly #clientId: string;
  readonly #listener: ConnectionListener;
  #state: ConnectionState = { name: 'idle' };
  #socket: Socket | null = null;
  /** Increases with each new socket, close and probe: callbacks of an older generation are ignored. */
  #generation = 0;
  readonly #timer: DeadlineTimer;
  #stopWakeEvents: (() => void) | null = null;

  constructor(environment: ClientEnvironment, clientId: string, listener: ConnectionListener) {
    this.#environment = environment;
    this.#clientId = clientId;
    this.#listener = listener;
    this.#timer = new DeadlineTimer(environment, () => this.#step({ name: 'tick' }));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get isOnline(): boolean {
    return this.#state.name === 'online';
  }

  connect(): void {
    this.#stopWakeEvents ??= this.#environment.network.onWake(() => this.#step({ name: 'wake' }));
    this.#step({ name: 'connect' });
  }

  retry(): void {
    this.#step({ name: 'retry' });
  }

  /** Closes the connection and opens another: only a new `ready` can repair the replica. */
  reconnect(): void {
    this.#step({ name: 'reconnect' });
  }

  close(): void {
    this.#stopWakeEvents?.();
    this.#stopWakeEvents = null;
    this.#step({ name: 'close' });
  }

  /** Does nothing while not online. */
  send(frame: ClientFrame): void {
    if (this.isOnline) this.#socket?.send(JSON.stringify(frame));
  }

  bufferedBytes(): number {
    return this.#socket?.bufferedBytes() ?? 0;
  }

  #step(event: ConnectionEvent): void {
    const before = this.#state;
    const env = { nowMs: this.#environment.clock.now(), fraction: this.#environment.random.fraction() };
    const [state, effects] = transition(before, event, env);
    this.#state = state;
    if (!hasSocket(state)) this.#closeSocket();
    for (const effect of effects) this.#run(effect);
    if (state !== before) this.#listener.onChange(state, before, event);
    this.#timer.set(deadlineMs(this.#state));
  }

  #run(effect: ConnectionEffect): void {
    switch (effect) {
      case 'dial':
        return this.#dial();
      case 'probe-handshake':
        void this.#probeHandshake();
        return;
      case 'ping':
        return this.#listener.onPingDue();
    }
  }

  #closeSocket(): void {
    if (this.#socket === null) return;
    this.#generation += 1;
    this.#socket.close();
    this.#socket = null;
  }

  #dial(): void {
    const isCurrent = this.#newGeneration();
    this.#socket = this.#environment.socket(this.#clientId, {
      opened: () => {
        if (isCurrent()) this.#step({ name: 'opened' });
      },
      received: (text) => {
        if (isCurrent()) this.#receive(text);
      },
      closed: (code) => {
        if (isCurrent()) this.#step({ name: 'closed', code });
      },
    });
  }

  async #probeHandshake(): Promise<void> {
    const isCurrent = this.#newGeneration();
    const unreachable: HandshakeProbe = { kind: 'unreachable' };
    const probe = await this.#environment.probeHandshake(this.#clientId).catch(() => unreachable);
    if (isCurrent()) this.#step({ name: 'probed', probe });
  }

  #newGeneration(): () => boolean {
    this.#generation += 1;
    const mine = this.#generation;
    return () => mine === this.#generation;
  }

  #receive(text: string): void {
    const frame = decodeServerFrame(text);
    this.#step(frame?.type === 'ready' ? { name: 'ready', pingMs: frame.timers.pingMs } : { name: 'received' });
    if (frame !== null && this.isOnline) this.#listener.onFrame(frame);
  }
}
