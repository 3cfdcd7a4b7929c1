import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SeededRandom } from '@parley/testkit';
import { handshake } from '@parley/testkit/raw-socket';
import { encodeFragments, encodeText } from './encode.ts';
import { FrameReader } from './frame-reader.ts';

/** Called with what a connection receives. */
export interface Handlers {
  onText(text: string): void;
  /** The server violated RFC 6455. */
  onProtocolError(error: Error): void;
  /** Called once. `code` is that of the close frame; null without one. */
  onClose(code: number | null): void;
}

/** A connection of an attacker to a server. */
export interface FuzzConnection {
  /** Queues a message until `flush`; one in sixteen is fragmented. */
  send(text: string, number: number): void;
  flush(): void;
  /** Bytes that wait in the send buffer. */
  readonly waitingBytes: number;
  close(): void;
}

export interface ConnectionOptions {
  readonly port: number;
  readonly token: string;
  readonly clientId: string;
}

const FRAGMENTED_EVERY = 16;

/** Connects over TCP. Rejects when the handshake is not answered with 101. */
export async function openConnection(
  { port, token, clientId }: ConnectionOptions,
  handlers: Handlers,
): Promise<FuzzConnection> {
  const tcp = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(tcp, 'connect');
  tcp.write(handshake(port, `/ws/${clientId}`, { Authorization: `Bearer ${token}` }));
  let code: number | null = null;
  const reader = new FrameReader({
    onText: (text) => handlers.onText(text),
    onCloseFrame: (received) => {
      code = received;
      tcp.end();
    },
  });
  tcp.on('error', () => undefined); // 'close' follows.
  tcp.once('close', () => handlers.onClose(code));
  const early = await readHead(tcp);
  const onData = (chunk: Buffer): void => {
    try {
      reader.push(chunk);
    } catch (error) {
      handlers.onProtocolError(error as Error);
      tcp.destroy();
    }
  };
  tcp.on('data', onData);
  if (early.length > 0) onData(early);
  let waiting: Buffer[] = [];
  return {
    send(text, number) {
      const isFragmented = number % FRAGMENTED_EVERY === 0;
      waiting.push(isFragmented ? encodeFragments(text, new SeededRandom(number)) : encodeText(text, number));
    },
    flush() {
      if (waiting.length > 0 && tcp.writable) tcp.write(Buffer.concat(waiting));
      waiting = [];
    },
    get waitingBytes() {
      return tcp.writableLength;
    },
    close: () => void tcp.destroy(),
  };
}

/** Waits for the response. Resolves with the bytes after it. */
function readHead(tcp: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes: Buffer = Buffer.alloc(0);
    const onClose = (): void => reject(new Error(`the handshake was cut: ${bytes.toString()}`));
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) return;
      tcp.off('data', onData);
      tcp.off('close', onClose);
      if (bytes.toString('latin1').startsWith('HTTP/1.1 101 ')) resolve(bytes.subarray(end + 4));
      else reject(new Error(`not upgraded: ${bytes.toString()}`));
    };
    tcp.on('data', onData);
    tcp.on('close', onClose);
  });
}
