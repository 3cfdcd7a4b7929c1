import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import { api } from './http/api.ts';

const RETRY_MS = 2_000;
/** So often a file may be missing while the server answers: then a newer version of Parley has taken its place. */
const MAX_FAILURES_WHILE_ONLINE = 2;

const loaders: (() => Promise<unknown>)[] = [];

/**
 * A component in a file of its own, loaded when it is first drawn or by `preloadLate`. A network that is away only delays
 * it: a lost connection must not break the page.
 */
export function lazyWithRetry<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  loaders.push(load);
  return lazy(async () => ({ default: await loadWithRetry(load) }));
}

/** Loads everything late, one after the other. What fails is loaded when it is drawn. */
export async function preloadLazy(): Promise<void> {
  for (const load of loaders) await load().catch(() => undefined);
}

async function loadWithRetry<T>(load: () => Promise<T>): Promise<T> {
  for (let failuresWhileOnline = 0; ;) {
    try {
      return await load();
    } catch (error) {
      const reachable = (await api.server()).ok;
      failuresWhileOnline += reachable ? 1 : 0;
      if (failuresWhileOnline === MAX_FAILURES_WHILE_ONLINE) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
