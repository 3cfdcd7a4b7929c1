import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { SeededRandom } from '@parley/testkit';
import { handshake } from '@parley/testkit/raw-socket';
import { encodeFragments, encodeText } from './encode.ts';
import { FrameReader } from './frame-reader.ts';

/** What comes out of a line. */
export interface Handlers {
  text(text: string): void;
  /** The server broke the rules of the wire. */
  broken(error: Error): void;
  /** Once; `code` is that of its close frame, null when there was none. */
  ended(code: number | null): void;
}

/** A connection to a server as an attacker holds it. */
export interface FuzzConnection {
  /** Says a message; one in sixteen in fragments. Nothing is sent before `flush`. */
  send(text: string, number: number): void;
  flush(): void;
  /** Bytes that the server has not taken. */
  readonly waitingBytes: number;
  close(): void;
}

export interface LineOptions {
  readonly port: number;
  readonly token: string;
  readonly clientId: string;
}

const FRAGMENTED_EVERY = 16;

/** Opens a line over TCP. Rejects when the handshake is not answered by 101. */
export async function openLine({ port, token, clientId }: LineOptions, ear: Handlers): Promise<FuzzConnection> {
  const tcp = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(tcp, 'connect');
  tcp.write(handshake(port, `/ws/${clientId}`, { Authorization: `Bearer ${token}` }));
  let code: number | null = null;
  const reader = new FrameReader({
    text: (text) => ear.text(text),
    closing: (told) => {
      code = told;
      tcp.end();
    },
  });
  tcp.on('error', () => undefined); // 'close' follows.
  tcp.once('close', () => ear.ended(code));
  const early = await head(tcp);
  const hear = (chunk: Buffer): void => {
    try {
      reader.push(chunk);
    } catch (error) {
      ear.broken(error as Error);
      tcp.destroy();
    }
  };
  tcp.on('data', hear);
  if (early.length > 0) hear(early);
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

/** Waits for the response; resolves with what came behind it. */
function head(tcp: Socket): Promise<Buffer> {
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
