import type { Persistence } from '../environment.ts';

/** Persistence in memory: pending operations are lost when the process ends. */
export function memoryPersistence(): Persistence {
  const lists = new Map<string, readonly string[]>();
  return {
    lastUser: () => Promise.resolve(null),
    load: (user) => Promise.resolve(lists.get(user) ?? []),
    save: (user, entries) => {
      lists.set(user, entries);
      return Promise.resolve();
    },
    adopt: () => Promise.resolve([]),
  };
}
