import type { IncomingMessage } from 'node:http';
import type { Config } from '#config/config.ts';

/**
 * May a cookie on this request count? Browsers attach cookies to requests that any page makes, so the page must be ours
 * or on the allow-list. A same-origin `GET` of a browser has no `Origin`; there `Sec-Fetch-Site` tells, which pages can't
 * forge. Without either nobody says where it comes from, and the cookie doesn't count.
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
