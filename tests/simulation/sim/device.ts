import type { Persistence } from '@parley/client';
import type { UserRecord } from '@parley/server/testing';
import { FakeStorage, type SimulatedProcess } from '@parley/testkit';
import type { SimContext } from './context.ts';

const LONGEST_MS = 3_000;
/** The patience of the SDK with a storage that does not answer. */
const PATIENCE_MS = 2_000;

/** A browser of one user: what its tabs share. */
export class Device {
  readonly name: string;
  readonly user: UserRecord;
  /** Who is signed in there; another one after each sign-in. */
  session: string;
  readonly #context: SimContext;
  readonly #storage = new FakeStorage();
  readonly #clientIds = new Set<string>();
  /** Its user has signed out at least once. */
  hasSignedOut = false;
  /** Storage has failed: what was written since is not safe. */
  hasLostData = false;
  /** Storage has kept somebody waiting for so long that the SDK does not wait for it any more. */
  hasBeenSlow = false;

  constructor(context: SimContext, { name, user, session }: Pick<Device, 'name' | 'user' | 'session'>) {
    this.#context = context;
    this.name = name;
    this.user = user;
    this.session = session;
  }

  /** The storage as one tab sees it: it answers late, and sometimes not at all. */
  persistence(clientId: string, process: SimulatedProcess): Persistence {
    const random = this.#context.random.fork(`storage of ${clientId} ${this.#context.clock.elapsed()}`);
    const storage = this.#storage.for(clientId);
    this.#clientIds.add(clientId);
    // Carried out in order: a question waits for those before it.
    let before: Promise<unknown> = Promise.resolve();
    const ask = <T>(question: () => Promise<T>): Promise<T> => {
      const { clock } = this.#context;
      const askedMs = clock.elapsed();
      const answer = before.then(async () => {
        const { storageFails, storageSlow } = this.#context.conditions;
        await process.pause(
          Math.floor(random.chance(storageSlow) ? random.between(0, LONGEST_MS) : random.between(0, 5)),
        );
        if (clock.elapsed() - askedMs >= PATIENCE_MS) this.hasBeenSlow = true;
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

  /** The tab is gone: what it left behind may be adopted. */
  closed(clientId: string): void {
    this.#storage.alive.delete(clientId);
  }

  /** Tabs that are gone left this behind, and no other has taken it over yet. */
  hasOrphans(): boolean {
    const gone = [...this.#clientIds].filter((clientId) => !this.#storage.alive.has(clientId));
    return gone.some((clientId) => this.#storage.entriesOf(this.user.id, clientId).length > 0);
  }

  /** Everything that is kept by any tab, there or gone. */
  storedEntries(): string {
    return [...this.#clientIds].flatMap((clientId) => this.#storage.entriesOf(this.user.id, clientId)).join('\n');
  }
}
