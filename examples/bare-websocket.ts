// The wire protocol without the SDK: sends a message to #general and prints all frames.  PARLEY_TOKEN=… node examples/bare-websocket.ts
const { PARLEY_URL = 'http://127.0.0.1:3000', PARLEY_TOKEN = '' } = process.env;
const address = `${PARLEY_URL.replace(/^http/, 'ws')}/ws/bare-example`;
const socket = new WebSocket(address, ['parley.v1', `bearer.${PARLEY_TOKEN}`]);

interface Frame {
  readonly type: string;
  readonly channels?: readonly { readonly id: string; readonly name: string }[];
}

const send = (command: object): void => socket.send(JSON.stringify(command));

socket.addEventListener('message', ({ data }) => {
  const frame = JSON.parse(String(data)) as Frame;
  console.log(frame);
  if (frame.type === 'ready') {
    const channel = frame.channels?.find(({ name }) => name === 'general')?.id;
    send({ type: 'history', ref: 1, channel, limit: 5 });
    send({ type: 'send', ref: 2, channel, id: crypto.randomUUID(), body: 'Hello from a bare WebSocket' });
  }
});
// 4000–4099 mean stop. After any other code a real client reconnects with jitter and requests missed events with `sync`.
socket.addEventListener('close', ({ code, reason }) => console.log('closed', code, reason));
