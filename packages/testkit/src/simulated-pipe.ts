import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedPipeOptions<T> {
  readonly clock: VirtualClock;
  /** The latency of the next item. */
  readonly latencyMs: () => number;
  /** The initial bandwidth in bytes per millisecond; infinite by default. */
  readonly bytesPerMs?: number;
  readonly onArrival: (item: T) => void;
}

interface InTransit<T> {
  readonly item: T;
  readonly bytes: number;
}

/**
 * One direction of a TCP connection: items arrive in order and are lost only with the connection. Items that have not left
 * yet are buffered.
 */
export class SimulatedPipe<T> {
  readonly #options: SimulatedPipeOptions<T>;
  /** The bytes of each item, and when they leave or left. */
  #leaving: { readonly atMs: number; readonly bytes: number }[] = [];
  #blocked: InTransit<T>[] | null = null;
  #lastDepartureMs = 0;
  #lastArrivalMs = 0;
  #isDestroyed = false;
  /** Cancels the arrival of each item in transit. */
  readonly #arrivals = new Set<() => void>();
  #bytesPerMs: number;

  constructor(options: SimulatedPipeOptions<T>) {
    this.#options = options;
    this.#bytesPerMs = options.bytesPerMs ?? Number.POSITIVE_INFINITY;
  }

  /** An item that is sent now will arrive. */
  get isOpen(): boolean {
    return !this.#isDestroyed && this.#blocked === null;
  }

  send(item: T, bytes: number): void {
    if (this.#isDestroyed) return;
    if (this.#blocked !== null) this.#blocked.push({ item, bytes });
    else this.#dispatch({ item, bytes });
  }

  /** Bytes that were sent and have not left yet. */
  bufferedBytes(): number {
    const nowMs = this.#options.clock.elapsed();
    if (this.#leaving.length > 0) this.#leaving = this.#leaving.filter(({ atMs }) => atMs > nowMs);
    const waiting: readonly { readonly bytes: number }[] = [...this.#leaving, ...(this.#blocked ?? [])];
    return waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Sets the bandwidth for further items. Buffered items keep theirs. */
  throttle(bytesPerMs: number): void {
    this.#bytesPerMs = bytesPerMs;
  }

  /** Stops delivery: the other side is silent, or does not read. */
  block(): void {
    this.#blocked ??= [];
  }

  unblock(): void {
    const blocked = this.#blocked ?? [];
    this.#blocked = null;
    for (const packet of blocked) this.#dispatch(packet);
  }

  /** Drops all items in transit. */
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
