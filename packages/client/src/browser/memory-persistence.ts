import type { Persistence } from '../environment.ts';

/** Where nothing outlives the process: what is pending when it ends is lost. */
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
