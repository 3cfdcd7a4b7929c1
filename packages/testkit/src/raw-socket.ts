import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A TCP connection that can send what a WebSocket library prevents. */
export interface RawSocket extends AsyncDisposable {
  /** The socket itself, to pause or destroy it. */
  readonly tcp: Socket;
  /** Frames received after the response. */
  readonly frames: readonly Frame[];
  /** Status line and headers of the response; rejects when the connection ends before. */
  readonly head: Promise<string>;
  /** The code of the received close frame; null when the connection ended without one. This side does not answer it. */
  readonly closeCode: Promise<number | null>;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  write(bytes: string | Uint8Array): void;
}

export interface RawSocketOptions {
  readonly port: number;
  /** Sends an upgrade request for this path. Without it, nothing is sent. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps this side open after the server has closed its own. Default false. */
  readonly allowHalfOpen?: boolean;
}

export async function openRawSocket(options: RawSocketOptions): Promise<RawSocket> {
  const { port, path, headers = {}, allowHalfOpen = false } = options;
  const tcp = connect({ port, host: '127.0.0.1', allowHalfOpen });
  await once(tcp, 'connect');
  const { frames, head, closeCode } = listen(tcp);
  head.catch(() => undefined); // A caller that needs it awaits it.
  const closed = new Promise<void>((resolve) => void tcp.once('close', () => resolve()));
  if (path !== undefined) tcp.write(handshake(port, path, headers));
  return {
    tcp,
    frames,
    head,
    closeCode,
    closed,
    write: (bytes) => void tcp.write(bytes),
    async [Symbol.asyncDispose]() {
      tcp.destroy();
      await closed;
    },
  };
}

export function handshake(port: number, path: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = {
    Host: `127.0.0.1:${port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

export interface FrameOptions {
  readonly opcode?: number;
  /** The last frame of its message. Default true. */
  readonly final?: boolean;
  /** Default true, as the RFC requires of clients. */
  readonly masked?: boolean;
  /** The length in the header. Default: that of the payload. */
  readonly claimedBytes?: number;
}

/** Encodes one frame, RFC 6455 section 5.2. */
export function encodeFrame(payload: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const bytes = Buffer.from(payload);
  const { opcode = OPCODE.text, final = true, masked = true, claimedBytes = bytes.length } = options;
  const first = Buffer.from([(final ? 0x80 : 0) | opcode]);
  const length = encodeLength(claimedBytes, masked);
  if (!masked) return Buffer.concat([first, length, bytes]);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const hidden = bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([first, length, mask, hidden]);
}

function encodeLength(bytes: number, masked: boolean): Buffer {
  const bit = masked ? 0x80 : 0;
  if (bytes < 126) return Buffer.from([bit | bytes]);
  if (bytes < 65_536) {
    const length = Buffer.from([bit | 126, 0, 0]);
    length.writeUInt16BE(bytes, 1);
    return length;
  }
  const length = Buffer.from([bit | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  length.writeBigUInt64BE(BigInt(bytes), 1);
  return length;
}

function listen(tcp: Socket): Pick<RawSocket, 'head' | 'closeCode'> & { readonly frames: Frame[] } {
  const frames: Frame[] = [];
  const head = Promise.withResolvers<string>();
  const closeCode = Promise.withResolvers<number | null>();
  let isHeadComplete = false;
  let rest: Buffer = Buffer.alloc(0);

  tcp.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (!isHeadComplete) {
      const end = rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      isHeadComplete = true;
      head.resolve(rest.subarray(0, end).toString());
      rest = rest.subarray(end + 4);
    }
    rest = takeFrames(rest, frames);
    const last = frames.at(-1);
    if (last?.opcode === OPCODE.close) closeCode.resolve(last.payload.length < 2 ? null : last.payload.readUInt16BE(0));
  });
  tcp.on('error', () => undefined); // 'close' follows.
  tcp.on('close', () => {
    head.reject(new Error('closed before the response was complete'));
    closeCode.resolve(null);
  });
  return { frames, head: head.promise, closeCode: closeCode.promise };
}

/** Moves the complete frames at the start of `bytes` into `frames`, and returns the rest. */
function takeFrames(bytes: Buffer, frames: Frame[]): Buffer {
  let at = 0;
  for (;;) {
    if (bytes.length < at + 2) break;
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const headerBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < at + headerBytes) break;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length < at + headerBytes + length) break;
    const payload = bytes.subarray(at + headerBytes, at + headerBytes + length);
    frames.push({ opcode: bytes.readUInt8(at) & 0x0f, payload });
    at += headerBytes + length;
  }
  return bytes.subarray(at);
}
