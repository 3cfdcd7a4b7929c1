import { MAX_USER_IDS_PER_REQUEST, type User, type UserId, type UserList } from '@parley/protocol';
import type { HandshakeProbe } from '../environment.ts';

const TIMEOUT_MS = 10_000;

export interface Server {
  readonly baseUrl: string;
  /** Null: the session cookie authenticates the user. */
  readonly getToken: (() => string | Promise<string>) | null;
}

export function handshakeUrl({ baseUrl }: Server, clientId: string): string {
  return new URL(`/ws/${clientId}`, baseUrl).href;
}

/** Sends a plain `GET` to the address of the handshake, to learn why it was refused. */
export async function probeHandshake(server: Server, clientId: string): Promise<HandshakeProbe> {
  try {
    const response = await get(server, handshakeUrl(server, clientId));
    const retryAfterS = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      kind: 'answered',
      status: response.status,
      code: codeOf(await response.json().catch(() => null)),
      retryAfterMs: Number.isFinite(retryAfterS) ? retryAfterS * 1_000 : null,
    };
  } catch {
    return { kind: 'unreachable' };
  }
}

export async function fetchUsers(server: Server, ids: readonly UserId[]): Promise<readonly User[]> {
  const requested = ids.slice(0, MAX_USER_IDS_PER_REQUEST).join(',');
  const response = await get(server, new URL(`/api/v1/users?ids=${requested}`, server.baseUrl).href);
  if (!response.ok) throw new Error(`users: ${response.status}`);
  const body: unknown = await response.json();
  if (!isUserList(body)) throw new Error('users: unexpected response');
  return body.users;
}

async function get({ getToken }: Server, url: string): Promise<Response> {
  const headers: Record<string, string> = getToken === null ? {} : { authorization: `Bearer ${await getToken()}` };
  const credentials = getToken === null ? 'include' : 'omit';
  return fetch(url, { headers, credentials, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
}

// The server is trusted; a proxy in between may respond with something else.
function isUserList(body: unknown): body is UserList {
  return typeof body === 'object' && body !== null && 'users' in body && Array.isArray(body.users);
}

function codeOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('error' in body)) return '';
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
