import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ok } from '@parley/protocol';
import { handshake } from '@parley/testkit/raw-socket';
import { expect, test } from 'vitest';
import { systemClock } from '#adapters/system-clock.ts';
import type { Authenticator } from '#identity/authenticator.ts';
import { nullLogger, nullMetrics } from '#testing/null-logger.ts';
import type { Gateway } from '../gateway.ts';
import { attachUpgradeHandler } from './upgrade.ts';

const KEEP_ALIVE_MS = 50;

/** A server that closes idle HTTP connections early and accepts every handshake. */
async function openServer() {
  const user = { id: 'u_1', name: 'Ada', handle: 'ada', role: 'member', suspended: false } as const;
  const authenticator: Authenticator = {
    authenticate: async () => ok({ user, session: null, expiresAt: Number.MAX_SAFE_INTEGER }),
    revalidate: async () => 'valid',
    revalidateAll: async () => [],
  };
  const reservation = { refusal: () => null, [Symbol.dispose]: () => undefined };
  const limiter = { reserve: async () => reservation };
  const ignore = () => undefined;
  const accept = () => ({ onText: ignore, onActivity: ignore, onClose: ignore });
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, keepAliveTimeoutBuffer: 1 });
  // The response ends after the handshake has arrived.
  server.on('request', (_request, response) => setTimeout(() => response.end(), KEEP_ALIVE_MS));
  attachUpgradeHandler(server, {
    gateway: { limiter, accept } as unknown as Gateway,
    handshake: {
      config: { publicUrl: null, allowedOrigins: [] },
      addressOf: () => '127.0.0.1',
      authenticator,
      limiter,
      isDraining: () => false,
    },
    clock: systemClock,
    logger: nullLogger,
    metrics: nullMetrics,
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

test('[HS25] the keep-alive timeout of earlier requests does not close the WebSocket', async () => {
  const { server, port } = await openServer();
  const client = connect(port, '127.0.0.1');
  let received = '';
  client.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
  client.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n${handshake(port, '/ws/client-of-ada?token=t')}`);
  await expect.poll(() => received).toContain('HTTP/1.1 101 ');
  expect(received).toContain('HTTP/1.1 200 ');
  await sleep(6 * KEEP_ALIVE_MS);
  expect(client.readyState).toBe('open');
  client.destroy();
  await once(server.close(), 'close');
});
