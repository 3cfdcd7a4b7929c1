import type { IncomingMessage } from 'node:http';
import type { PresentedToken } from '#auth/authenticator.ts';

const BEARER_SUBPROTOCOL = 'bearer.';

/** The token of a handshake, from the first place that has one. */
export function presentedToken(request: IncomingMessage): PresentedToken | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { place: 'header', token: bearer };
  const offered = subprotocols(request).find((name) => name.startsWith(BEARER_SUBPROTOCOL));
  if (offered !== undefined) return { place: 'subprotocol', token: offered.slice(BEARER_SUBPROTOCOL.length) };
  const inQuery = requestUrl(request).searchParams.get('token');
  if (inQuery !== null) return { place: 'query', token: inQuery };
  const { cookie } = request.headers;
  return cookie === undefined ? null : { place: 'cookie', cookie };
}

export function requestUrl(request: IncomingMessage): URL {
  // Only path and query are looked at; the host is whatever the client claims.
  return new URL(request.url?.startsWith('/') === true ? `http://server${request.url}` : 'http://server/');
}

function subprotocols(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
