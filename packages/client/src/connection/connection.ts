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
  /** Every frame of a live connection; `ready` is the first. */
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onChange: (state: ConnectionState, before: ConnectionState) => void;
  /** It is time for a ping: any frame will do as the answer. */
  readonly onPingDue: () => void;
}

/** Carries out what `stepLink` decides: holds the socket, and one timer. */
export class Connection {
  readonly #environment: ClientEnvironment;
  readonly #clientId: string;
  readonly #listener: ConnectionListener;
  #state: ConnectionState = { name: 'idle' };
  #socket: Socket | null = null;
  /** Grows with each dial and hang-up: what an older socket or verdict still says is not for us. */
  #generation = 0;
  readonly #timer: DeadlineTimer;
  #stopWakeEvents: (() => void) | null = null;

  constructor(deps: ClientEnvironment, clientId: string, listener: ConnectionListener) {
    this.#environment = deps;
    this.#clientId = clientId;
    this.#listener = listener;
    this.#timer = new DeadlineTimer(deps, () => this.#step({ name: 'tick' }));
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

  /** Gives the connection up and comes back: only `ready` can tell what is needed. */
  reconnect(): void {
    this.#step({ name: 'reconnect' });
  }

  close(): void {
    this.#stopWakeEvents?.();
    this.#stopWakeEvents = null;
    this.#step({ name: 'close' });
  }

  /** Only while live. */
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
    if (state !== before) this.#listener.onChange(state, before);
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
