import type { ConnectionOptions } from '@nats-io/transport-node';

export type NatsAddress = Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'tls'> & {
  /** `host:port` of each, without credentials: may be logged. */
  readonly servers: string[];
};

/**
 * What `NATS_URL` says: one address or several of one cluster, divided by commas. `nats://` takes TLS where the server
 * offers it, `tls://` insists. `user:password@`, or `token@`, once is enough for all.
 */
export function readNatsAddress(text: string): NatsAddress {
  const urls = text.split(',').map((part) => new URL(part.trim()));
  const { username, password } = urls.find((url) => url.username !== '') ?? { username: '', password: '' };
  const name = decodeURIComponent(username);
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port || 4222}`),
    ...(urls.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    ...(password === '' ? (name === '' ? {} : { token: name }) : { user: name, pass: decodeURIComponent(password) }),
  };
}
