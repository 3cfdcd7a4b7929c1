import type { ConnectionOptions } from '@nats-io/transport-node';

export type NatsAddress = Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'tls'> & {
  /** `host:port` of each, without credentials, so that they may be logged. */
  readonly servers: string[];
};

/**
 * Parses `NATS_URL`: one address, or several of one cluster, separated by commas. `nats://` uses TLS when the server offers
 * it, `tls://` requires it. Credentials (`user:password@` or `token@`) in one address apply to all.
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
