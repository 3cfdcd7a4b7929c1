import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedPipeOptions<T> {
  readonly clock: VirtualClock;
  /** How long the next item is under way. */
  readonly latencyMs: () => number;
  /** How many bytes leave in a millisecond, at first; infinite by default. */
  readonly bytesPerMs?: number;
  readonly onArrival: (item: T) => void;
}

interface InTransit<T> {
  readonly item: T;
  readonly bytes: number;
}

/**
 * One direction of a connection, as TCP gives it: everything arrives in its order, and is lost only with the connection.
 * What has not left yet waits in a buffer.
 */
export class SimulatedPipe<T> {
  readonly #options: SimulatedPipeOptions<T>;
  /** Bytes by the moment at which they leave, or left. */
  #leaving: { readonly atMs: number; readonly bytes: number }[] = [];
  #blocked: InTransit<T>[] | null = null;
  #lastDepartureMs = 0;
  #lastArrivalMs = 0;
  #isDestroyed = false;
  /** What ends the way of each item that is under way. */
  readonly #arrivals = new Set<() => void>();
  #bytesPerMs: number;

  constructor(options: SimulatedPipeOptions<T>) {
    this.#options = options;
    this.#bytesPerMs = options.bytesPerMs ?? Number.POSITIVE_INFINITY;
  }

  /** What is sent now will arrive. */
  get isOpen(): boolean {
    return !this.#isDestroyed && this.#blocked === null;
  }

  send(item: T, bytes: number): void {
    if (this.#isDestroyed) return;
    if (this.#blocked !== null) this.#blocked.push({ item, bytes });
    else this.#dispatch({ item, bytes });
  }

  /** Bytes that were handed over and have not left. */
  bufferedBytes(): number {
    const nowMs = this.#options.clock.elapsed();
    if (this.#leaving.length > 0) this.#leaving = this.#leaving.filter(({ atMs }) => atMs > nowMs);
    const waiting: readonly { readonly bytes: number }[] = [...this.#leaving, ...(this.#blocked ?? [])];
    return waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** From now on so many bytes leave in a millisecond. What waits already leaves as it would have. */
  throttle(bytesPerMs: number): void {
    this.#bytesPerMs = bytesPerMs;
  }

  /** From now on nothing leaves: the other side has gone silent, or does not read. */
  block(): void {
    this.#blocked ??= [];
  }

  unblock(): void {
    const blocked = this.#blocked ?? [];
    this.#blocked = null;
    for (const packet of blocked) this.#dispatch(packet);
  }

  /** Whatever is under way is lost. */
  destroy(): void {
    this.#isDestroyed = true;
    for (const stop of this.#arrivals) stop();
    this.#arrivals.clear();
    this.#blocked = null;
    this.#leaving = [];
  }

  #dispatch({ item, bytes }: InTransit<T>): void {
    const { clock, latencyMs, onArrival } = this.#options;
    const nowMs = clock.elapsed();
    this.#lastDepartureMs = Math.max(nowMs, this.#lastDepartureMs) + bytes / this.#bytesPerMs;
    if (this.#lastDepartureMs > nowMs) this.#leaving.push({ atMs: this.#lastDepartureMs, bytes });
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, this.#lastDepartureMs + latencyMs());
    const stop = clock.at(this.#lastArrivalMs, () => {
      this.#arrivals.delete(stop);
      onArrival(item);
    });
    this.#arrivals.add(stop);
  }
}
