// The simplest implementation: a `ws` server that sends each message to each member of the room in a loop.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096, perMessageDeflate: false });
const rooms = new Map();
let seq = 0;

server.on('listening', () => console.log(server.address().port));
server.on('connection', (socket, request) => {
  const joined = new URL(request.url, 'ws://localhost').searchParams.get('rooms').split(',');
  for (const room of joined) {
    if (!rooms.has(room)) rooms.set(room, new Set());
    rooms.get(room).add(socket);
  }
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const room of joined) rooms.get(room).delete(socket);
  });
  socket.on('message', (data) => {
    const { channel, id, body } = JSON.parse(data);
    seq += 1;
    const event = {
      type: 'message',
      message: { id, body },
      channel,
      seq,
      at: Date.now(),
      by: 'u_000000000000000000000000',
    };
    const frame = Buffer.from(JSON.stringify(event));
    for (const member of rooms.get(channel)) member.send(frame, { binary: false });
  });
});
