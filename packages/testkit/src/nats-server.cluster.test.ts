import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startNats, type NatsServer } from './nats-server.ts';

test('a NATS server keeps its port after a crash and after an orderly stop', async () => {
  await using server = await startNats();
  const { url } = server;
  expect(await infoOf(server)).toMatch(/^INFO /);

  await server.kill('SIGKILL');
  await expect(infoOf(server)).rejects.toThrow('ECONNREFUSED');
  await server.start();
  await server.stop();
  await server.start();

  expect(server.url).toBe(url);
  expect(await infoOf(server)).toMatch(/^INFO /);
  expect(await server.monitor('/varz')).toMatchObject({ connections: 0 });
});

test('a paused NATS server can be disposed', async () => {
  const server = await startNats();
  await server.kill('SIGSTOP');
  await server[Symbol.asyncDispose]();
  await expect(infoOf(server)).rejects.toThrow('ECONNREFUSED');
});

function infoOf({ port }: NatsServer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      resolve(chunk.toString());
      socket.destroy();
    });
  });
}
