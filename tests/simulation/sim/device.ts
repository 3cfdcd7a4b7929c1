import type { Persistence } from '@parley/client';
import type { UserRecord } from '@parley/server/testing';
import { FakeStorage, type SimulatedProcess } from '@parley/testkit';
import type { SimContext } from './context.ts';

const LONGEST_MS = 3_000;
/** The SDK's timeout for its storage. */
const STORAGE_TIMEOUT_MS = 2_000;

/** A browser of one user: the state that its tabs share. */
export class Device {
  readonly name: string;
  readonly user: UserRecord;
  /** The current session; a new one after each sign-in. */
  session: string;
  readonly #context: SimContext;
  readonly #storage = new FakeStorage();
  readonly #clientIds = new Set<string>();
  /** The user has signed out at least once. */
  hasSignedOut = false;
  /** The storage has failed, so data written since may be lost. */
  hasLostData = false;
  /** The storage has exceeded the SDK's timeout at least once. */
  hasBeenSlow = false;

  constructor(context: SimContext, { name, user, session }: Pick<Device, 'name' | 'user' | 'session'>) {
    this.#context = context;
    this.name = name;
    this.user = user;
    this.session = session;
  }

  /** The storage of one tab: it responds late, and sometimes fails. */
  persistence(clientId: string, process: SimulatedProcess): Persistence {
    const random = this.#context.random.fork(`storage of ${clientId} ${this.#context.clock.elapsed()}`);
    const storage = this.#storage.for(clientId);
    this.#clientIds.add(clientId);
    // Operations run in order: each waits for those before it.
    let before: Promise<unknown> = Promise.resolve();
    const ask = <T>(question: () => Promise<T>): Promise<T> => {
      const { clock } = this.#context;
      const requestedMs = clock.elapsed();
      const answer = before.then(async () => {
        const { storageFails, storageSlow } = this.#context.conditions;
        await process.pause(
          Math.floor(random.chance(storageSlow) ? random.between(0, LONGEST_MS) : random.between(0, 5)),
        );
        if (clock.elapsed() - requestedMs >= STORAGE_TIMEOUT_MS) this.hasBeenSlow = true;
        if (!random.chance(storageFails)) return question();
        this.hasLostData = true;
        this.#context.count('browser storage failed');
        throw new Error('the storage failed');
      });
      before = answer.catch(() => undefined);
      return answer;
    };
    return {
      lastUser: () => ask(() => storage.lastUser()),
      load: (user) => ask(() => storage.load(user)),
      save: (user, entries) => ask(() => storage.save(user, entries)),
      adopt: (user) =>
        ask(async () => {
          const adopted = await storage.adopt(user);
          if (adopted.length > 0) this.#context.count('operations of a closed tab adopted');
          return adopted;
        }),
    };
  }

  /** The tab was closed. Other tabs may adopt its operations. */
  closed(clientId: string): void {
    this.#storage.alive.delete(clientId);
  }

  /** Whether closed tabs left operations that no other tab has adopted yet. */
  hasOrphans(): boolean {
    const gone = [...this.#clientIds].filter((clientId) => !this.#storage.alive.has(clientId));
    return gone.some((clientId) => this.#storage.entriesOf(this.user.id, clientId).length > 0);
  }

  /** Everything stored by any tab, open or closed. */
  storedEntries(): string {
    return [...this.#clientIds].flatMap((clientId) => this.#storage.entriesOf(this.user.id, clientId)).join('\n');
  }
}
