import { createStore, type Store } from './store.ts';

/**
 * A store whose value this browser keeps, under `parley.<name>`. `read` turns what was kept, or null, into a value; it
 * must cope with anything, since other versions of Parley wrote there too.
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
        // Without storage, or with a full one, the value lasts as long as the page.
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
