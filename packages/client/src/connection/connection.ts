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
  readonly received: (frame: ServerFrame) => void;
  readonly changed: (state: ConnectionState, before: ConnectionState) => void;
  /** It is time for a ping: any frame will do as the answer. */
  readonly ping: () => void;
}

/** Carries out what `stepLink` decides: holds the socket, and one timer. */
export class Connection {
  readonly #deps: ClientEnvironment;
  readonly #clientId: string;
  readonly #listener: ConnectionListener;
  #state: ConnectionState = { name: 'idle' };
  #socket: Socket | null = null;
  /** Grows with each dial and hang-up: what an older socket or verdict still says is not for us. */
  #generation = 0;
  readonly #alarm: DeadlineTimer;
  #stopWakeEvents: (() => void) | null = null;

  constructor(deps: ClientEnvironment, clientId: string, listener: ConnectionListener) {
    this.#deps = deps;
    this.#clientId = clientId;
    this.#listener = listener;
    this.#alarm = new DeadlineTimer(deps, () => this.#step({ name: 'tick' }));
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get isLive(): boolean {
    return this.#state.name === 'live';
  }

  connect(): void {
    this.#stopWakeEvents ??= this.#deps.network.onWake(() => this.#step({ name: 'wake' }));
    this.#step({ name: 'connect' });
  }

  retry(): void {
    this.#step({ name: 'retry' });
  }

  /** Gives the connection up and comes back: only `ready` can tell what is needed. */
  drop(): void {
    this.#step({ name: 'drop' });
  }

  close(): void {
    this.#stopWakeEvents?.();
    this.#stopWakeEvents = null;
    this.#step({ name: 'close' });
  }

  /** Only while live. */
  send(frame: ClientFrame): void {
    if (this.isLive) this.#socket?.send(JSON.stringify(frame));
  }

  bufferedBytes(): number {
    return this.#socket?.bufferedBytes() ?? 0;
  }

  #step(event: ConnectionEvent): void {
    const before = this.#state;
    const env = { nowMs: this.#deps.clock.now(), fraction: this.#deps.random.fraction() };
    const [state, effects] = transition(before, event, env);
    this.#state = state;
    if (!hasSocket(state)) this.#hangUp();
    for (const effect of effects) this.#carryOut(effect);
    if (state !== before) this.#listener.changed(state, before);
    this.#alarm.set(deadlineMs(this.#state));
  }

  #carryOut(effect: ConnectionEffect): void {
    switch (effect) {
      case 'dial':
        return this.#dial();
      case 'ask-verdict':
        void this.#askVerdict();
        return;
      case 'ping':
        return this.#listener.ping();
    }
  }

  #hangUp(): void {
    if (this.#socket === null) return;
    this.#generation += 1;
    this.#socket.close();
    this.#socket = null;
  }

  #dial(): void {
    const isCurrent = this.#newGeneration();
    this.#socket = this.#deps.socket(this.#clientId, {
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

  async #askVerdict(): Promise<void> {
    const isCurrent = this.#newGeneration();
    const unreachable: HandshakeProbe = { kind: 'unreachable' };
    const verdict = await this.#deps.probeHandshake(this.#clientId).catch(() => unreachable);
    if (isCurrent()) this.#step({ name: 'verdict', verdict });
  }

  #newGeneration(): () => boolean {
    this.#generation += 1;
    const mine = this.#generation;
    return () => mine === this.#generation;
  }

  #receive(text: string): void {
    const frame = decodeServerFrame(text);
    this.#step(frame?.type === 'ready' ? { name: 'ready', pingMs: frame.timers.pingMs } : { name: 'heard' });
    if (frame !== null && this.isLive) this.#listener.received(frame);
  }
}
