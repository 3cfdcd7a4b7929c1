import { assertNever, type ChannelId, type UserId } from '@parley/protocol';

/** Addressable locations. Unknown addresses are `home`. */
export type Route =
  | { readonly name: 'home' }
  /** `atSeq` is the message a link points to. */
  | { readonly name: 'channel'; readonly channel: ChannelId; readonly atSeq: number | null }
  /** A direct message without a channel. */
  | { readonly name: 'dm'; readonly user: UserId }
  | { readonly name: 'join'; readonly code: string };

/** Parses an address, which is a path with its query. */
export function parseRoute(address: string): Route {
  const { pathname, searchParams } = new URL(address, 'http://parley');
  const [section, id, ...rest] = pathname.split('/').filter((part) => part !== '');
  if (section === undefined || id === undefined || rest.length > 0) return { name: 'home' };
  const decoded = decode(id);
  if (decoded === null) return { name: 'home' };
  switch (section) {
    case 'c':
      return { name: 'channel', channel: decoded, atSeq: parseSeq(searchParams.get('at')) };
    case 'dm':
      return { name: 'dm', user: decoded };
    case 'join':
      return { name: 'join', code: decoded };
    default:
      return { name: 'home' };
  }
}

/** The inverse of `parseRoute`. */
export function formatRoute(route: Route): string {
  switch (route.name) {
    case 'home':
      return '/';
    case 'channel':
      return `/c/${encodeURIComponent(route.channel)}${route.atSeq === null ? '' : `?at=${route.atSeq}`}`;
    case 'dm':
      return `/dm/${encodeURIComponent(route.user)}`;
    case 'join':
      return `/join/${encodeURIComponent(route.code)}`;
    default:
      return assertNever(route);
  }
}

function parseSeq(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
