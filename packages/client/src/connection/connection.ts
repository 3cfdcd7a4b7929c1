import { type ClientFrame, decodeServerFrame, type ServerFrame } from '@parley/protocol';
import { Alarm } from '../deadline-timer.ts';
import type { ClientParts, Socket, Verdict } from '../environment.ts';
import {
  deadlineMs,
  hasSocket,
  type LinkEffect,
  type LinkEvent,
  type LinkState,
  stepLink,
} from './connection-state.ts';

export interface LinkListener {
  /** Every frame of a live connection; `ready` is the first. */
  readonly received: (frame: ServerFrame) => void;
  readonly changed: (state: LinkState, before: LinkState) => void;
  /** It is time for a ping: any frame will do as the answer. */
  readonly ping: () => void;
}

/** Carries out what `stepLink` decides: holds the socket, and one timer. */
export class Link {
  readonly #parts: ClientParts;
  readonly #clientId: string;
  readonly #listener: LinkListener;
  #state: LinkState = { name: 'idle' };
  #socket: Socket | null = null;
  /** Grows with each dial and hang-up: what an older socket or verdict still says is not for us. */
  #generation = 0;
  readonly #alarm: Alarm;
  #unhint: (() => void) | null = null;

  constructor(parts: ClientParts, clientId: string, listener: LinkListener) {
    this.#parts = parts;
    this.#clientId = clientId;
    this.#listener = listener;
    this.#alarm = new Alarm(parts, () => this.#step({ name: 'tick' }));
  }

  get state(): LinkState {
    return this.#state;
  }

  get isLive(): boolean {
    return this.#state.name === 'live';
  }

  connect(): void {
    this.#unhint ??= this.#parts.network.onWake(() => this.#step({ name: 'wake' }));
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
    this.#unhint?.();
    this.#unhint = null;
    this.#step({ name: 'close' });
  }

  /** Only while live. */
  send(frame: ClientFrame): void {
    if (this.isLive) this.#socket?.send(JSON.stringify(frame));
  }

  bufferedBytes(): number {
    return this.#socket?.bufferedBytes() ?? 0;
  }

  #step(event: LinkEvent): void {
    const before = this.#state;
    const env = { nowMs: this.#parts.clock.now(), fraction: this.#parts.random.fraction() };
    const [state, effects] = stepLink(before, event, env);
    this.#state = state;
    if (!hasSocket(state)) this.#hangUp();
    for (const effect of effects) this.#carryOut(effect);
    if (state !== before) this.#listener.changed(state, before);
    this.#alarm.set(deadlineMs(this.#state));
  }

  #carryOut(effect: LinkEffect): void {
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
    this.#socket = this.#parts.socket(this.#clientId, {
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
    const unreachable: Verdict = { kind: 'unreachable' };
    const verdict = await this.#parts.askVerdict(this.#clientId).catch(() => unreachable);
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
