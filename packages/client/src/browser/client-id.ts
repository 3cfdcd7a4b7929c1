const STORAGE_KEY = 'parley.clientId';
const LOCK_PREFIX = 'parley.client.';
/** On a reload the previous page may still hold the lock for a moment. */
const LOCK_TIMEOUT_MS = 500;

/**
 * Returns this tab's `clientId`: the same after a reload, a different one in every other tab. A duplicated tab starts with a
 * copy of the original's storage, so the id is also locked; the original holds the lock until its page closes.
 */
export async function claimClientId(): Promise<string> {
  const stored = readStored();
  if (stored !== null && (await acquireLock(stored))) return stored;
  const fresh = newClientId();
  await acquireLock(fresh);
  try {
    sessionStorage.setItem(STORAGE_KEY, fresh);
  } catch {
    // Without storage each load of the page gets a new id.
  }
  return fresh;
}

/** Whether a tab of this browser uses that `clientId` now. True where that can't be determined. */
export async function isAlive(clientId: string): Promise<boolean> {
  if (!hasLocks()) return true;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === LOCK_PREFIX + clientId);
}

function acquireLock(clientId: string): Promise<boolean> {
  if (!hasLocks()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const untilPageCloses = (): Promise<void> => {
      resolve(true);
      return new Promise(() => undefined);
    };
    navigator.locks
      .request(LOCK_PREFIX + clientId, { signal: AbortSignal.timeout(LOCK_TIMEOUT_MS) }, untilPageCloses)
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
