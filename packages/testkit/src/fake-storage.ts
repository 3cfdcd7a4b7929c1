import type { Persistence } from '@parley/client';

interface StoredOutbox {
  readonly user: string;
  readonly clientId: string;
  readonly entries: readonly string[];
}

/** The storage of one browser, shared by its tabs. */
export class FakeStorage {
  #stored: readonly StoredOutbox[] = [];
  /** The client ids of open tabs. */
  readonly alive = new Set<string>();
  /** While true no call resolves. `resume` resolves the waiting calls in order. */
  isStuck = false;
  readonly #waiting: (() => void)[] = [];

  /** The persistence of one tab. */
  for(clientId: string): Persistence {
    this.alive.add(clientId);
    return {
      lastUser: () => this.#respond(() => this.#stored.findLast((one) => one.clientId === clientId)?.user ?? null),
      load: (user) => this.#respond(() => this.entriesOf(user, clientId)),
      save: (user, entries) => this.#respond(() => this.#replace({ user, clientId, entries })),
      adopt: (user) => this.#respond(() => this.#adopt(user, clientId)),
    };
  }

  entriesOf(user: string, clientId: string): readonly string[] {
    return this.#stored.find((one) => one.user === user && one.clientId === clientId)?.entries ?? [];
  }

  /** Resolves waiting calls, unless the storage is stuck. */
  resume(): void {
    while (!this.isStuck && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  #adopt(user: string, clientId: string): readonly string[] {
    const gone = this.#stored.filter((one) => one.user === user && !this.alive.has(one.clientId));
    const moved = gone.flatMap(({ entries }) => entries);
    this.#stored = this.#stored.filter((one) => !gone.includes(one));
    if (moved.length > 0) this.#replace({ user, clientId, entries: [...this.entriesOf(user, clientId), ...moved] });
    return moved;
  }

  #replace(outbox: StoredOutbox): void {
    const others = this.#stored.filter(({ user, clientId }) => user !== outbox.user || clientId !== outbox.clientId);
    this.#stored = outbox.entries.length === 0 ? others : [...others, outbox];
  }

  #respond<T>(run: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(run()));
      queueMicrotask(() => this.resume());
    });
  }
}
