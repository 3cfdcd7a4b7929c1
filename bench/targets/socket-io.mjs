// Socket.IO as its documentation recommends: rooms, and an emit to the room. WebSocket only, no compression.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
let seq = 0;

io.on('connection', (socket) => {
  void socket.join(socket.handshake.query.rooms.split(','));
  socket.on('send', ({ channel, id, body }) => {
    seq += 1;
    const event = {
      type: 'message',
      message: { id, body },
      channel,
      seq,
      at: Date.now(),
      by: 'u_000000000000000000000000',
    };
    io.to(channel).emit('message', event);
  });
});

http.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => console.log(http.address().port));
