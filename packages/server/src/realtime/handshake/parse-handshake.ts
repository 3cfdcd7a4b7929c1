import type { IncomingMessage } from 'node:http';
import { CLIENT_ID_PATTERN, err, ok, type Result } from '@parley/protocol';
import type { Config } from '#config/config.ts';
import type { TokenSource } from '#identity/authenticator.ts';
import { isTrustedOrigin } from '#identity/trusted-origin.ts';
import { refuse, type HandshakeRefusal } from './refusal.ts';

/** What a handshake asks for, as far as the request alone tells. */
export interface HandshakeRequest {
  readonly clientId: string;
  /** Null when the request has none. */
  readonly token: TokenSource | null;
  /** False when a page of another origin may have sent the request: its cookies do not count. */
  readonly isTrustedOrigin: boolean;
  /** The address that connections are counted by. */
  readonly address: string;
}

export interface ParseDeps {
  readonly config: Pick<Config, 'publicUrl' | 'allowedOrigins'>;
  readonly addressOf: (request: IncomingMessage) => string;
}

const PATH = /^\/ws\/([^/]*)$/;
const TARGET = /^(?:https?:\/\/[^/?#]*)?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?/i;
const BEARER_SUBPROTOCOL = 'bearer.';
/** Headers with one value. Of two values, a proxy in front may have checked the other one. */
const SINGLE = ['host', 'authorization', 'sec-websocket-key', 'sec-websocket-version'];
/** Sixteen bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/**
 * Parses a request to `/ws/{clientId}`; `not_found` for every other path. A plain GET, the probe, asks for the response that
 * an upgrade would get, and need not have the form of one.
 */
export function parseHandshake(
  request: IncomingMessage,
  kind: 'upgrade' | 'probe',
  { addressOf, config }: ParseDeps,
): Result<HandshakeRequest, HandshakeRefusal> {
  const { path, query } = parseTarget(request);
  const clientId = PATH.exec(path)?.[1];
  if (clientId === undefined) return refuse('not_found', 'no such page');
  const flaw = kind === 'upgrade' ? findFlaw(request) : null;
  if (flaw !== null) return err(flaw);
  if (!CLIENT_ID_PATTERN.test(clientId)) {
    return refuse('invalid_client_id', 'a clientId has 8 to 64 letters, digits, _ or -');
  }
  const token = extractToken(request, query);
  return ok({ clientId, token, isTrustedOrigin: isTrustedOrigin(request, config), address: addressOf(request) });
}

/**
 * Path and query as they were sent. Nothing is resolved or decoded: a proxy that guards paths compares characters, so
 * `/x/../ws/id` must not mean `/ws/id` here. The host of an absolute URL is the client's claim and is ignored.
 */
function parseTarget({ url = '' }: IncomingMessage): { path: string; query: string } {
  const { path = '', query = '' } = TARGET.exec(url)?.groups ?? {};
  return { path, query };
}

/**
 * Why an upgrade is no handshake of RFC 6455, section 4.2.1; null when it is one. The library is more lenient (HTTP/1.0,
 * no `Host`, version 8, a body) and refuses in HTML.
 */
function findFlaw({ headers, headersDistinct, httpVersion, method }: IncomingMessage): HandshakeRefusal | null {
  if (method !== 'GET') return { code: 'method_not_allowed', message: 'a handshake is a GET' };
  if (httpVersion !== '1.1') return malformed('a handshake needs HTTP/1.1');
  const repeated = SINGLE.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (repeated !== undefined) return malformed(`${repeated} is repeated`);
  if (headers.host === undefined) return malformed('host is missing');
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) return malformed('sec-websocket-key is missing or malformed');
  if (headers['sec-websocket-version'] !== '13') return malformed('sec-websocket-version is not 13');
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return hasBody ? malformed('a handshake has no body') : null;
}

/** The token from the first place that has one. */
function extractToken({ headers }: IncomingMessage, query: string): TokenSource | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { location: 'header', token: bearer };
  const subprotocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const offered = subprotocols.find((name) => name.startsWith(BEARER_SUBPROTOCOL));
  if (offered !== undefined) return { location: 'subprotocol', token: offered.slice(BEARER_SUBPROTOCOL.length) };
  const inQuery = new URLSearchParams(query).get('token');
  if (inQuery !== null) return { location: 'query', token: inQuery };
  const { cookie } = headers;
  return cookie === undefined ? null : { location: 'cookie', cookie };
}

function malformed(message: string): HandshakeRefusal {
  return { code: 'bad_request', message };
}
