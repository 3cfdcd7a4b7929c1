import { type ClientFrame, ERROR_POLICY, type Reply } from '@parley/protocol';
import type { Clock } from '../environment.ts';

type WithoutRef<F> = F extends unknown ? Omit<F, 'ref'> : never;
export type Command = WithoutRef<ClientFrame>;

/** What became of a request: the server's reply, no reply in time, or the connection went before one came. */
export type Outcome = Reply | { readonly type: 'timeout' } | { readonly type: 'disconnected' };
export type Settle = (outcome: Outcome) => void;

/** The server will not have it: asking again would not change that. */
export function isRefused(outcome: Outcome): boolean {
  return outcome.type === 'error' && !ERROR_POLICY[outcome.code].retry;
}

interface PendingRequest {
  readonly settle: Settle;
  readonly stop: (() => void) | null;
}

/** The outstanding requests of one connection, by `ref`. Each settles exactly once, never during `ask`. */
export class Requests {
  readonly #clock: Clock;
  readonly #send: (frame: ClientFrame) => void;
  readonly #pending = new Map<number, PendingRequest>();
  #lastRef = 0;

  constructor(clock: Clock, send: (frame: ClientFrame) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** `timeoutMs` null: the reply may come as late as the connection lives. */
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

  /** The connection is gone. */
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
