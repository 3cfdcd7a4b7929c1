import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** The parts of a request that determine the client's address. */
export type AddressedRequest = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/**
 * The client's IP address. In `X-Forwarded-For`, read from the right, it is the first address that is not a trusted proxy:
 * everything further left can be forged by the client. `'unknown'` when the socket is closed.
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

/** True when the request does not come from the Internet, neither directly nor through a proxy. */
export function isFromPrivateNetwork(request: AddressedRequest, trustedProxies: readonly string[]): boolean {
  const address = clientAddress(request, trustedProxies);
  // A proxy that is not configured as trusted forwards requests of the whole Internet from a private address.
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  const peer = normalized(request.socket.remoteAddress ?? '');
  if (isForwarded && (peer === null || !isIn(trustedList(trustedProxies), peer))) return false;
  return isIn(PRIVATE, address);
}

/** The key for limits per address. An IPv6 client owns a whole /64, so that counts as one address. */
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

/** Turns IPv4-mapped IPv6 addresses into IPv4. Null if the text is not an address. */
function normalized(text: string): string | null {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? null : address.toLowerCase();
}

function isIn(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
