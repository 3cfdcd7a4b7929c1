import type { UserId } from '@parley/protocol';
import type { ClientParts, Clock, NetworkHints, Random } from '../ports.ts';
import { askVerdict, fetchUsers, type Server } from './http.ts';
import { indexedDbPersistence } from './indexed-db.ts';
import { memoryPersistence } from './memory-persistence.ts';
import { openWebSocket } from './web-socket.ts';

export interface BrowserPartsOptions {
  /** The same as the client's. */
  readonly clientId: string;
  /** Where the server is, `https://chat.example.com`. In a page, its own origin when left out. */
  readonly baseUrl?: string;
  /** A session token, JWT or ticket, asked for before each attempt to connect. Left out: the session cookie proves the user. */
  readonly getToken?: () => string | Promise<string>;
}

/** What the SDK needs, made of what browsers have. In Node it works too: pending operations are then kept in memory only. */
export function browserParts({ clientId, baseUrl, getToken }: BrowserPartsOptions): ClientParts {
  const server: Server = { baseUrl: baseUrl ?? location.origin, getToken: getToken ?? null };
  return {
    clock,
    random,
    network,
    socket: openWebSocket(server),
    askVerdict: (id) => askVerdict(server, id),
    fetchUsers: (ids: readonly UserId[]) => fetchUsers(server, ids),
    persistence: typeof indexedDB === 'undefined' ? memoryPersistence() : indexedDbPersistence(clientId),
  };
}

// The wall clock may be set back, and `performance` may stand still while the machine sleeps. This one goes on with
// `performance`, and follows the wall clock ahead.
let startedMs = 0;
const clock: Clock = {
  now: () => {
    startedMs = Math.max(startedMs, Date.now() - performance.now());
    return Math.floor(startedMs + performance.now());
  },
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

const random: Random = {
  fraction: () => Math.random(),
  uuid: () => {
    // Not `randomUUID`: browsers have it on https and localhost only, and self-hosted may mean plain http at home.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
};

const network: NetworkHints = {
  onWake: (hint) => {
    if (typeof document === 'undefined') return () => undefined;
    const ifVisible = (): void => {
      if (document.visibilityState === 'visible') hint();
    };
    addEventListener('online', hint);
    addEventListener('pageshow', hint);
    document.addEventListener('visibilitychange', ifVisible);
    return () => {
      removeEventListener('online', hint);
      removeEventListener('pageshow', hint);
      document.removeEventListener('visibilitychange', ifVisible);
    };
  },
};
