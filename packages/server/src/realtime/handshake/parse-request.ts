import type { IncomingMessage } from 'node:http';
import type { HandshakeRefusal } from './authorize.ts';

/** Headers that name one thing. Of two, a proxy on the way may have looked at the other one than we would. */
const SINGLE = ['host', 'authorization', 'sec-websocket-key', 'sec-websocket-version'];
/** Sixteen bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{22}==$/;

/**
 * What makes an upgrade no handshake of RFC 6455, section 4.2.1, whoever asks for it; null when it is one. The library
 * is more lenient (HTTP/1.0, no `Host`, version 8, a body), and says no in HTML.
 */
export function validateUpgrade(request: Pick<IncomingMessage, FormFields>): HandshakeRefusal | null {
  const { headers, headersDistinct, httpVersion, method } = request;
  if (method !== 'GET') return { code: 'method_not_allowed', message: 'a handshake is a GET' };
  if (httpVersion !== '1.1') return malformed('a handshake speaks HTTP/1.1');
  const doubled = SINGLE.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (doubled !== undefined) return malformed(`${doubled} stands twice`);
  if (headers.host === undefined) return malformed('host is missing');
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) return malformed('sec-websocket-key is missing or no key');
  if (headers['sec-websocket-version'] !== '13') return malformed('sec-websocket-version is not 13');
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  return hasBody ? malformed('a handshake has no body') : null;
}

type FormFields = 'headers' | 'headersDistinct' | 'httpVersion' | 'method';

function malformed(message: string): HandshakeRefusal {
  return { code: 'bad_request', message };
}
