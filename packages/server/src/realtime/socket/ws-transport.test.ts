import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { VirtualClock } from '@parley/testkit';
import { encodeFrame, handshake, OPCODE } from '@parley/testkit/raw-socket';
import { expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { MAX_ASSEMBLY_MS } from '#limits.ts';
import { encodeTextFrame } from './encode-text-frame.ts';
import type { Transport } from './transport.ts';
import { attachTransport, TransportSocket } from './ws-transport.ts';

interface Ends extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly socket: TransportSocket;
  /** The server's end. */
  readonly stream: Duplex;
  readonly transport: Transport;
  /** The client's end, which does not read yet. */
  readonly peer: Duplex;
}

async function openEnds(): Promise<Ends> {
  const sockets = new WebSocketServer({ noServer: true, WebSocket: TransportSocket });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = new Promise<[TransportSocket, Duplex]>((resolve) => {
    server.on('upgrade', (request, stream, head) =>
      sockets.handleUpgrade(request, stream, head, (socket) => resolve([socket, stream])),
    );
  });
  const { port } = server.address() as AddressInfo;
  const peer = connect(port, '127.0.0.1');
  peer.pause().write(handshake(port, '/'));
  const [socket, stream] = await accepted;
  const clock = new VirtualClock();
  return {
    clock,
    socket,
    stream,
    transport: transportOf(socket, stream, clock),
    peer,
    async [Symbol.asyncDispose]() {
      peer.destroy();
      stream.destroy();
      await once(server.close(), 'close');
    },
  };
}

function transportOf(socket: TransportSocket, stream: Duplex, clock: VirtualClock): Transport {
  const opened: Transport[] = [];
  const ignore = (): void => undefined;
  const accept = (transport: Transport) => {
    opened.push(transport);
    return { onText: ignore, onActivity: ignore, onClose: ignore };
  };
  attachTransport(socket, { stream, clock, accept });
  const [transport] = opened;
  if (transport === undefined) throw new Error('nothing was opened');
  return transport;
}

test('[CL14] nothing follows a close frame that waits for a slow reader', async () => {
  await using ends = await openEnds();
  const { socket, transport, peer } = ends;
  const frame = encodeTextFrame('x'.repeat(60_000));
  // More than the kernel buffers for a connection.
  for (let times = 0; times < 200; times += 1) transport.write([frame]);
  peer.write(encodeFrame('', { opcode: OPCODE.close }));
  await vi.waitUntil(() => socket.readyState !== socket.OPEN);
  const late = encodeTextFrame('late');
  transport.write([late]);
  transport.write([late, late]);
  const bytes: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => void bytes.push(chunk));
  peer.resume();
  await once(peer, 'end');
  const received = Buffer.concat(bytes);
  expect(received.subarray(-2)).toEqual(Buffer.from([0x88, 0]));
  expect(received.includes(late)).toBe(false);
});

test('[LM3] a message that is not complete 10 s after its first byte closes the connection', async () => {
  await using ends = await openEnds();
  const { clock, socket, stream, peer } = ends;
  const [first, ...others] = encodeFrame('{"type":"ping","ref":1}');
  const drip = async (byte: number): Promise<void> => {
    const received = once(stream, 'data');
    peer.write(Buffer.from([byte]));
    await received;
  };
  expect(MAX_ASSEMBLY_MS).toBe(10_000);
  await drip(first!);
  await clock.advance(MAX_ASSEMBLY_MS / 2);
  await drip(others[0]!);
  await clock.advance(MAX_ASSEMBLY_MS / 2 - 1);
  expect(socket.readyState).toBe(socket.OPEN);
  await clock.advance(1);
  expect(socket.readyState).toBe(socket.CLOSING);
});
