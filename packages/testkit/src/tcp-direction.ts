import type { Socket } from 'node:net';

/** How one direction of a connection treats the bytes in it. */
export interface LinkConditions {
  readonly delayMs: number;
  readonly bytesPerSecond: number;
  /** `hold`: the bytes wait until the conditions change. `drop`: they are lost, and the sender is not notified. */
  readonly mode: 'deliver' | 'hold' | 'drop';
}

export const HEALTHY: LinkConditions = { delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, mode: 'deliver' };

/** Bytes that wait in a direction; beyond it the sender has to wait too, as on a real network. */
const MAX_WAITING_BYTES = 65_536;
/** With limited bandwidth, bytes are delivered in pieces of this size. */
const PIECE_BYTES = 2_048;

/** One direction of a proxied connection. It never reorders bytes. */
export class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  #conditions = HEALTHY;
  #waiting: { readonly bytes: Buffer; readonly dueMs: number }[] = [];
  #waitingBytes = 0;
  /** When the bandwidth is free for the next piece. */
  #freeMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => {
      this.#hasEnded = true;
      this.#carry();
    });
    to.on('drain', () => this.#carry());
  }

  get conditions(): LinkConditions {
    return this.#conditions;
  }

  set conditions(conditions: LinkConditions) {
    this.#conditions = conditions;
    if (conditions.mode === 'deliver' && conditions.delayMs === 0) {
      this.#waiting = this.#waiting.map(({ bytes }) => ({ bytes, dueMs: 0 }));
      this.#freeMs = 0;
    }
    this.#carry();
  }

  /** Drops everything that waits. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#hasEnded = false;
  }

  #take(chunk: Buffer): void {
    const { mode, delayMs, bytesPerSecond } = this.#conditions;
    if (mode === 'drop') return;
    const pieceBytes = Number.isFinite(bytesPerSecond) ? PIECE_BYTES : chunk.length;
    const dueMs = performance.now() + delayMs;
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      this.#waiting.push({ bytes: chunk.subarray(at, at + pieceBytes), dueMs });
    }
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#from.pause();
    this.#carry();
  }

  #carry(): void {
    clearTimeout(this.#timer);
    while (this.#conditions.mode === 'deliver' && !this.#to.writableNeedDrain) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      const nowMs = performance.now();
      const waitMs = Math.max(next.dueMs, this.#freeMs) - nowMs;
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#carry(), waitMs);
        return;
      }
      this.#waiting.shift();
      this.#waitingBytes -= next.bytes.length;
      this.#freeMs = Math.max(nowMs, this.#freeMs) + (next.bytes.length / this.#conditions.bytesPerSecond) * 1_000;
      if (this.#to.writable) this.#to.write(next.bytes);
    }
    if (this.#waitingBytes <= MAX_WAITING_BYTES / 2) this.#from.resume();
    if (this.#hasEnded && this.#waiting.length === 0 && this.#to.writable) this.#to.end();
  }
}
