import type { IncomingMessage } from 'node:http';
import type { Config } from '#config/config.ts';

/**
 * True if the session cookie of this request may be used. Browsers attach cookies to requests of any page (CSRF), so the
 * page must be ours or on the allow-list. A same-origin `GET` has no `Origin` but `Sec-Fetch-Site`, which pages can't
 * forge. Without either header the origin is unknown and not trusted.
 */
export function isTrustedOrigin(
  request: Pick<IncomingMessage, 'headers'>,
  config: Pick<Config, 'publicUrl' | 'allowedOrigins'>,
): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return request.headers['sec-fetch-site'] === 'same-origin';
  if (config.allowedOrigins.includes(origin)) return true;
  if (config.publicUrl !== null) return origin === new URL(config.publicUrl).origin;
  return URL.canParse(origin) && new URL(origin).host === host;
}
