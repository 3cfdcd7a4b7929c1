import type { MiddlewareHandler } from 'hono';
import { isHttps } from '#identity/session-cookie.ts';
import type { HttpEnv } from './context.ts';

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // The URL of an invite is a secret.
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'X-DNS-Prefetch-Control': 'off',
};

const DENY_ALL_POLICY = "default-src 'none'; frame-ancestors 'none'";
const YEAR_S = 31_536_000;

/** Sets the headers that restrict browsers, on every response. */
export function securityHeaders(publicUrl: string | null): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
    const isPage = headers.get('content-type')?.startsWith('text/html') === true;
    headers.set(
      'Content-Security-Policy',
      isPage ? pagePolicy(ownHost(publicUrl, c.req.header('host'))) : DENY_ALL_POLICY,
    );
    if (isHttps(publicUrl)) headers.set('Strict-Transport-Security', `max-age=${YEAR_S}`);
    if (c.req.path.startsWith('/api/')) headers.set('Cache-Control', 'no-store');
  };
}

/** Policy for the page of the web client: no foreign content, no inline scripts. */
function pagePolicy(host: string | null): string {
  // Some browsers do not apply `'self'` to WebSockets of the same host.
  const sockets = host === null ? '' : ` ws://${host} wss://${host}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self'${sockets}`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

/** The client chooses `Host`, so a value that could inject another directive is left out. */
function ownHost(publicUrl: string | null, claimed: string | undefined): string | null {
  if (publicUrl !== null) return new URL(publicUrl).host;
  return claimed !== undefined && /^[\w.:[\]-]+$/.test(claimed) ? claimed : null;
}
