import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The session cookie's name. On https it has the `__Host-` prefix: then browsers take it only from this very host, over
 * TLS and for the whole site, so a neighbouring subdomain can't plant one.
 */
export function sessionCookieName(publicUrl: string | null): string {
  return isHttps(publicUrl) ? '__Host-parley.session' : 'parley.session';
}

export function isHttps(publicUrl: string | null): boolean {
  return publicUrl?.startsWith('https:') === true;
}

/** The value of cookie `name` in a `Cookie` header; null when it has none. */
export function cookieValue(header: string, name: string): string | null {
  const pair = header
    .split(';')
    .map((text) => text.trim())
    .find((text) => text.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
}

/**
 * The session token in `value`: as it is, or out of its signed form, `token.signature`, percent-encoded or not, which
 * the accounts library puts into the cookie. Null when the signature is not ours. It protects nothing, the token alone
 * is as good; but a token with something wrong about it should not be taken for a right one.
 */
export function sessionTokenIn(value: string, secret: string): string | null {
  const decoded = percentDecoded(value);
  const dot = decoded.indexOf('.');
  if (dot === -1) return decoded;
  const token = decoded.slice(0, dot);
  const signature = Buffer.from(decoded.slice(dot + 1));
  const wanted = Buffer.from(createHmac('sha256', secret).update(token).digest('base64'));
  return signature.length === wanted.length && timingSafeEqual(signature, wanted) ? token : null;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
