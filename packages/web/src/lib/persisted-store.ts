import { createStore, type Store } from './store.ts';

/**
 * A store whose value is kept in localStorage under `parley.<name>`. `read` turns the stored JSON, or null, into a value. It
 * must accept anything, because other versions of Parley have written there too.
 */
export function createPersistedStore<T>(name: string, read: (stored: unknown) => T): Store<T> {
  const key = `parley.${name}`;
  const store = createStore(read(load(key)));
  return {
    ...store,
    set(value) {
      store.set(value);
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        // If storage is missing or full, the value lasts as long as the page.
      }
    },
  };
}

function load(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
