// The lower bound for Node: text frames are forwarded to everyone in the room over `node:net`, with one write per socket
// for all frames of one iteration of the event loop. No JSON, no storage, no limits; the upgrade request is not validated.
import { createServer, type AddressInfo, type Socket } from 'node:net';

const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
const TEXT = 0x81;
const LENGTH_16 = 126;

const rooms = new Map<string, Set<Socket>>();
const batches = new Map<string, Buffer[]>();

function broadcast(room: string, payload: Buffer): void {
  const header =
    payload.length < LENGTH_16 ? Buffer.from([TEXT, payload.length]) : Buffer.from([TEXT, LENGTH_16, 0, 0]);
  if (header.length === 4) header.writeUInt16BE(payload.length, 2);
  if (batches.size === 0) setImmediate(flush);
  const batch = batches.get(room);
  if (batch === undefined) batches.set(room, [header, payload]);
  else batch.push(header, payload);
}

function flush(): void {
  for (const [room, batch] of batches) {
    const bytes = Buffer.concat(batch);
    for (const socket of rooms.get(room) ?? []) socket.write(bytes);
  }
  batches.clear();
}

/** Forwards complete frames and returns the remaining bytes. */
function takeFrames(room: string, input: Buffer): Buffer {
  let at = 0;
  for (;;) {
    const isShort = (input[at + 1] ?? 0) - 128 < LENGTH_16;
    const header = isShort ? 6 : 8;
    if (input.length < at + header) return input.subarray(at);
    const length = isShort ? input.readUInt8(at + 1) - 128 : input.readUInt16BE(at + 2);
    if (input.length < at + header + length) return input.subarray(at);
    const payload = Buffer.from(input.subarray(at + header, at + header + length));
    const mask = input.subarray(at + header - 4, at + header);
    for (let i = 0; i < length; i += 1) payload[i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
    if (input[at] === TEXT) broadcast(room, payload);
    at += header + length;
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  let room: string | null = null;
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('close', () => void (room !== null && rooms.get(room)?.delete(socket)));
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (room === null) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      room = /^GET \/(\d+)/.exec(rest.toString('latin1', 0, end))?.[1] ?? '0';
      rooms.set(room, (rooms.get(room) ?? new Set()).add(socket));
      rest = rest.subarray(end + 4);
      socket.write(UPGRADED);
    }
    rest = takeFrames(room, rest);
  });
});

server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  console.log((server.address() as AddressInfo).port);
});
