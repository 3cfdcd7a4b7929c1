const STORAGE_KEY = 'parley.clientId';
const LOCK_PREFIX = 'parley.client.';
/** On a reload the page before may still hold its lock for a moment. */
const LOCK_TIMEOUT_MS = 500;

/**
 * This tab's `clientId`: the same after a reload, another one in every other tab. A duplicated tab starts with a copy of
 * its original's storage; the lock that the original holds tells them apart. Held until the page is gone.
 */
export async function claimClientId(): Promise<string> {
  const stored = readStored();
  if (stored !== null && (await acquireLock(stored))) return stored;
  const fresh = newClientId();
  await acquireLock(fresh);
  try {
    sessionStorage.setItem(STORAGE_KEY, fresh);
  } catch {
    // Without storage each load of the page is another client.
  }
  return fresh;
}

/** Whether a tab of this browser has that `clientId` now. Where that can't be known it is taken to be so. */
export async function isAlive(clientId: string): Promise<boolean> {
  if (!hasLocks()) return true;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === LOCK_PREFIX + clientId);
}

function acquireLock(clientId: string): Promise<boolean> {
  if (!hasLocks()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const untilPageIsGone = (): Promise<void> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    navigator.locks
      .request(LOCK_PREFIX + clientId, { signal: AbortSignal.timeout(LOCK_TIMEOUT_MS) }, untilPageIsGone)
      .catch(() => resolve(false));
  });
}

// Browsers have locks on https and localhost only.
function hasLocks(): boolean {
  return typeof navigator !== 'undefined' && 'locks' in navigator;
}

function readStored(): string | null {
  try {
    return sessionStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
