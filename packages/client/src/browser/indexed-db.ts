import type { Persistence } from '../environment.ts';
import { isAlive } from './client-id.ts';

const DATABASE = 'parley';
const STORE = 'outbox';

/** One client's list for one user. Both are the key. */
interface Entry {
  readonly user: string;
  readonly client: string;
  readonly savedMs: number;
  readonly entries: readonly string[];
}

/** Stores a separate outbox for each tab, in one IndexedDB database per origin. */
export function indexedDbPersistence(clientId: string): Persistence {
  let database: Promise<IDBDatabase> | null = null;
  const store = async (mode: IDBTransactionMode): Promise<IDBObjectStore> => {
    database ??= openDatabase();
    return (await database).transaction(STORE, mode).objectStore(STORE);
  };
  return {
    async lastUser() {
      const own = (await readAll(await store('readonly'))).filter(({ client }) => client === clientId);
      return own.toSorted((a, b) => b.savedMs - a.savedMs)[0]?.user ?? null;
    },
    async load(user) {
      const all = await readAll(await store('readonly'));
      return all.find((entry) => entry.user === user && entry.client === clientId)?.entries ?? [];
    },
    async save(user, entries) {
      const outbox = await store('readwrite');
      if (entries.length === 0) outbox.delete([user, clientId]);
      else outbox.put({ user, client: clientId, savedMs: Date.now(), entries } satisfies Entry);
      await done(outbox.transaction);
    },
    async adopt(user) {
      const others = (await readAll(await store('readonly'))).filter(
        (entry) => entry.user === user && entry.client !== clientId,
      );
      const alive = await Promise.all(others.map(({ client }) => isAlive(client)));
      const gone = new Set(others.filter((_, index) => alive[index] === false).map(({ client }) => client));
      return gone.size === 0 ? [] : move(await store('readwrite'), { user, clientId, gone });
    },
  };
}

/** Runs in one transaction: if two tabs find the same list, only one gets it. */
async function move(
  outbox: IDBObjectStore,
  { user, clientId, gone }: { user: string; clientId: string; gone: ReadonlySet<string> },
): Promise<readonly string[]> {
  const all = (await readAll(outbox)).filter((entry) => entry.user === user);
  const left = all.filter(({ client }) => gone.has(client));
  const moved = left.flatMap(({ entries }) => entries);
  const own = all.find(({ client }) => client === clientId)?.entries ?? [];
  for (const { client } of left) outbox.delete([user, client]);
  if (moved.length > 0) {
    outbox.put({ user, client: clientId, savedMs: Date.now(), entries: [...own, ...moved] } satisfies Entry);
  }
  await done(outbox.transaction);
  return moved;
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener('upgradeneeded', () => {
    request.result.createObjectStore(STORE, { keyPath: ['user', 'client'] });
  });
  return settled(request).then((database) => {
    // A tab with a newer version of this code must not wait for this one.
    database.addEventListener('versionchange', () => database.close());
    return database;
  });
}

async function readAll(outbox: IDBObjectStore): Promise<readonly Entry[]> {
  const found = await settled<unknown[]>(outbox.getAll());
  return found.filter(isEntry);
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')));
  });
}

function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('IndexedDB aborted')));
  });
}
