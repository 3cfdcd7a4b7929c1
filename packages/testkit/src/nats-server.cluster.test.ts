import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startNats, type NatsServer } from './nats-server.ts';

test('a NATS server keeps its port over a crash and an orderly end', async () => {
  await using server = await startNats();
  const { url } = server;
  expect(await greeting(server)).toMatch(/^INFO /);

  await server.kill('SIGKILL');
  await expect(greeting(server)).rejects.toThrow('ECONNREFUSED');
  await server.start();
  await server.stop();
  await server.start();

  expect(server.url).toBe(url);
  expect(await greeting(server)).toMatch(/^INFO /);
  expect(await server.monitor('/varz')).toMatchObject({ connections: 0 });
});

test('a stopped one can be ended', async () => {
  const server = await startNats();
  await server.kill('SIGSTOP');
  await server[Symbol.asyncDispose]();
  await expect(greeting(server)).rejects.toThrow('ECONNREFUSED');
});

function greeting({ port }: NatsServer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      resolve(chunk.toString());
      socket.destroy();
    });
  });
}
