import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** What is looked at: the peer of the socket, and what the proxies say. */
export type AddressedRequest = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * The client's IP address. `X-Forwarded-For` is believed as far as trusted proxies wrote it: read from the right, the
 * first address that is not one of them is the client's, because everything left of it may be the client's invention.
 * `'unknown'` when the socket has gone.
 */
export function clientAddress(request: AddressedRequest, trustedProxies: readonly string[]): string {
  const trusted = trustedList(trustedProxies);
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  let address = normalized(request.socket.remoteAddress ?? '');
  while (address !== null && isIn(trusted, address) && forwarded.length > 0) {
    const previous = normalized((forwarded.pop() ?? '').trim());
    if (previous === null) break;
    address = previous;
  }
  return address ?? 'unknown';
}

/** True when whoever answers to this request can't be on the Internet: no hop, and none that was forwarded for. */
export function isFromPrivateNetwork(request: AddressedRequest, trustedProxies: readonly string[]): boolean {
  const address = clientAddress(request, trustedProxies);
  // A proxy that nobody told us about forwards the whole Internet from a private address.
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  const peer = normalized(request.socket.remoteAddress ?? '');
  if (isForwarded && (peer === null || !isIn(trustedList(trustedProxies), peer))) return false;
  return isIn(PRIVATE, address);
}

/** What limits are counted by: an IPv6 client owns its whole /64, so all of it counts as one. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** One IP address or CIDR range, such as `10.0.0.0/8`. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

const lists = new WeakMap<readonly string[], BlockList>();

function trustedList(ranges: readonly string[]): BlockList {
  let list = lists.get(ranges);
  if (list === undefined) lists.set(ranges, (list = listOf(ranges)));
  return list;
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const PRIVATE = listOf([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
]);

/** IPv4 as IPv4, also where the socket speaks IPv6; null when it is no address. */
function normalized(text: string): string | null {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? null : address.toLowerCase();
}

function isIn(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
