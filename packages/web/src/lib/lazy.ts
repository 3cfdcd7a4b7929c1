import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import { api } from './http/api.ts';

const RETRY_MS = 2_000;
/** After this many failures while the server responds, the file is gone: a newer version of Parley has replaced it. */
const MAX_FAILURES_WHILE_ONLINE = 2;

const loaders: (() => Promise<unknown>)[] = [];

/**
 * A component in a chunk of its own, loaded on first render or by `preloadLazy`. Retries while the network is down,
 * because a lost connection must not break the page.
 */
export function lazyWithRetry<P>(load: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  loaders.push(load);
  return lazy(async () => ({ default: await loadWithRetry(load) }));
}

/** Loads all lazy components one after the other. Failures are ignored, and retried on render. */
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
