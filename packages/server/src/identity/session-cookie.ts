import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The name of the session cookie. With https it has the prefix `__Host-`: browsers then accept it only from this host, over
 * TLS and for the whole site, so that a sibling subdomain can't set one.
 */
export function sessionCookieName(publicUrl: string | null): string {
  return isHttps(publicUrl) ? '__Host-parley.session' : 'parley.session';
}

export function isHttps(publicUrl: string | null): boolean {
  return publicUrl?.startsWith('https:') === true;
}

/** The value of the cookie `name` in a `Cookie` header, or null. */
export function cookieValue(header: string, name: string): string | null {
  const pair = header
    .split(';')
    .map((text) => text.trim())
    .find((text) => text.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
}

/**
 * The session token in `value`, which is the plain token or the signed form that the accounts library puts into the cookie:
 * `token.signature`, percent-encoded or not. Null for a wrong signature. The signature adds no security, because the token
 * alone is accepted too; but a damaged value must not pass as a valid one.
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
