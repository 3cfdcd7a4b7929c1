import type { UserId } from '@parley/protocol';
import type { ClientEnvironment, Clock, NetworkHints, Random } from '../environment.ts';
import { probeHandshake, fetchUsers, type Server } from './http.ts';
import { indexedDbPersistence } from './indexed-db.ts';
import { memoryPersistence } from './memory-persistence.ts';
import { openWebSocket } from './web-socket.ts';

export interface BrowserEnvironmentOptions {
  /** The same id as the client's. */
  readonly clientId: string;
  /** The server's address, `https://chat.example.com`. Defaults to the origin of the page. */
  readonly baseUrl?: string;
  /** Returns a session token, JWT or ticket; called before each attempt to connect. Defaults to the session cookie. */
  readonly getToken?: () => string | Promise<string>;
}

/** The environment of a browser. It works in Node too, where pending operations are kept in memory only. */
export function browserEnvironment({ clientId, baseUrl, getToken }: BrowserEnvironmentOptions): ClientEnvironment {
  const server: Server = { baseUrl: baseUrl ?? location.origin, getToken: getToken ?? null };
  return {
    clock,
    random,
    network,
    socket: openWebSocket(server),
    probeHandshake: (id) => probeHandshake(server, id),
    fetchUsers: (ids: readonly UserId[]) => fetchUsers(server, ids),
    persistence: typeof indexedDB === 'undefined' ? memoryPersistence() : indexedDbPersistence(clientId),
  };
}

// The wall clock may be set back, and `performance` may pause while the machine sleeps. This clock advances with
// `performance` and follows the wall clock forward only.
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
  // Version 7 (RFC 9562) starts with the time, so new ids are adjacent in the server's index, where random ones would each
  // touch another page. Not `randomUUID`: browsers have it on https and localhost only.
  uuid: () => {
    const bytes = crypto.getRandomValues(new Uint8Array(10));
    bytes[0] = ((bytes[0] ?? 0) & 0x0f) | 0x70;
    bytes[2] = ((bytes[2] ?? 0) & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
    return `${Date.now().toString(16).padStart(12, '0')}${hex.join('')}`.replace(
      /(.{8})(.{4})(.{4})(.{4})/,
      '$1-$2-$3-$4-',
    );
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
