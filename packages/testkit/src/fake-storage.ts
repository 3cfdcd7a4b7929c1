import type { Persistence } from '@parley/client';

interface Kept {
  readonly user: string;
  readonly clientId: string;
  readonly entries: readonly string[];
}

/** The storage of one browser, shared by its tabs. */
export class FakeStorage {
  #kept: readonly Kept[] = [];
  /** Tabs that are open now. */
  readonly alive = new Set<string>();
  /** Answers nothing until set back: what was asked meanwhile is answered then, in order. */
  isStuck = false;
  readonly #waiting: (() => void)[] = [];

  /** What a tab sees of it. */
  for(clientId: string): Persistence {
    this.alive.add(clientId);
    return {
      lastUser: () => this.#answer(() => this.#kept.findLast((one) => one.clientId === clientId)?.user ?? null),
      load: (user) => this.#answer(() => this.entriesOf(user, clientId)),
      save: (user, entries) => this.#answer(() => this.#replace({ user, clientId, entries })),
      adopt: (user) => this.#answer(() => this.#adopt(user, clientId)),
    };
  }

  entriesOf(user: string, clientId: string): readonly string[] {
    return this.#kept.find((one) => one.user === user && one.clientId === clientId)?.entries ?? [];
  }

  /** Answers what waits, unless it is stuck. */
  goOn(): void {
    while (!this.isStuck && this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  #adopt(user: string, clientId: string): readonly string[] {
    const gone = this.#kept.filter((one) => one.user === user && !this.alive.has(one.clientId));
    const moved = gone.flatMap(({ entries }) => entries);
    this.#kept = this.#kept.filter((one) => !gone.includes(one));
    if (moved.length > 0) this.#replace({ user, clientId, entries: [...this.entriesOf(user, clientId), ...moved] });
    return moved;
  }

  #replace(kept: Kept): void {
    const others = this.#kept.filter(({ user, clientId }) => user !== kept.user || clientId !== kept.clientId);
    this.#kept = kept.entries.length === 0 ? others : [...others, kept];
  }

  #answer<T>(run: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(run()));
      queueMicrotask(() => this.goOn());
    });
  }
}
