import type { IncomingMessage } from 'node:http';
import type { TokenSource } from '#identity/authenticator.ts';

const BEARER_SUBPROTOCOL = 'bearer.';
const TARGET = /^(?:https?:\/\/[^/?#]*)?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?/i;

/** The token of a handshake, from the first place that has one. */
export function extractToken(request: IncomingMessage): TokenSource | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { place: 'header', token: bearer };
  const offered = subprotocols(request).find((name) => name.startsWith(BEARER_SUBPROTOCOL));
  if (offered !== undefined) return { place: 'subprotocol', token: offered.slice(BEARER_SUBPROTOCOL.length) };
  const inQuery = new URLSearchParams(requestTarget(request).query).get('token');
  if (inQuery !== null) return { place: 'query', token: inQuery };
  const { cookie } = request.headers;
  return cookie === undefined ? null : { place: 'cookie', cookie };
}

/**
 * Path and query as they were sent. Nothing is resolved or decoded: a proxy that guards paths compares letters, so
 * `/x/../ws/id` must not mean `/ws/id` here. The host of an absolute address is whatever the client claims.
 */
export function requestTarget({ url = '' }: Pick<IncomingMessage, 'url'>): { path: string; query: string } {
  const { path = '', query = '' } = TARGET.exec(url)?.groups ?? {};
  return { path, query };
}

function subprotocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
