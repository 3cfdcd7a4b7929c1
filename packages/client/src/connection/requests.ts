import { type ClientFrame, ERROR_POLICY, type Reply } from '@parley/protocol';
import type { Clock } from '../environment.ts';

type WithoutRef<F> = F extends unknown ? Omit<F, 'ref'> : never;
export type Command = WithoutRef<ClientFrame>;

/** The result of a request: the server's reply, no reply in time, or a connection that ended before the reply. */
export type Outcome = Reply | { readonly type: 'timeout' } | { readonly type: 'disconnected' };
export type Settle = (outcome: Outcome) => void;

/** The server refuses the command for good: a retry would not help. */
export function isRefused(outcome: Outcome): boolean {
  return outcome.type === 'error' && !ERROR_POLICY[outcome.code].retry;
}

interface PendingRequest {
  readonly settle: Settle;
  readonly stop: (() => void) | null;
}

/** The pending requests of one connection, by `ref`. Each settles exactly once, never during `send`. */
export class Requests {
  readonly #clock: Clock;
  readonly #send: (frame: ClientFrame) => void;
  readonly #pending = new Map<number, PendingRequest>();
  #lastRef = 0;

  constructor(clock: Clock, send: (frame: ClientFrame) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** `timeoutMs` null: the reply may arrive at any time while the connection lasts. */
  send(command: Command, timeoutMs: number | null, settle: Settle): void {
    this.#lastRef += 1;
    const ref = this.#lastRef;
    const expire = (): void => this.#settle(ref, { type: 'timeout' });
    const stop = timeoutMs === null ? null : this.#clock.after(timeoutMs, expire);
    this.#pending.set(ref, { settle, stop });
    this.#send({ ...command, ref });
  }

  settle(reply: Reply): void {
    if (reply.ref !== undefined) this.#settle(reply.ref, reply);
  }

  /** The connection has ended. */
  failAll(): void {
    for (const ref of this.#pending.keys()) this.#settle(ref, { type: 'disconnected' });
  }

  #settle(ref: number, outcome: Outcome): void {
    const request = this.#pending.get(ref);
    if (request === undefined) return;
    this.#pending.delete(ref);
    request.stop?.();
    request.settle(outcome);
  }
}
