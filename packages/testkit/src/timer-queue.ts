/** A task and its time. Of two timers with the same time the one with the lower `order` runs first. */
export interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
  cancelled: boolean;
}

/** Timers by due time, in a binary heap. A cancelled timer stays until it would be next. */
export class TimerQueue {
  readonly #heap: Timer[] = [];
  #cancelled = 0;

  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  add(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  cancel(timer: Timer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    this.#cancelled += 1;
  }

  /** Removes and returns the next timer if it is due by `untilMs`. */
  take(untilMs: number): Timer | null {
    for (let next = this.#heap[0]; next !== undefined; next = this.#heap[0]) {
      if (!next.cancelled && next.dueMs > untilMs) return null;
      this.#removeFirst();
      if (!next.cancelled) return taken(next);
      this.#cancelled -= 1;
    }
    return null;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

/** A timer that was taken can no longer be cancelled. */
function taken(timer: Timer): Timer {
  timer.cancelled = true;
  return timer;
}

function isBefore(a: Timer | undefined, b: Timer | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
