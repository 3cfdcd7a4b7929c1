import { OPCODE } from '@parley/testkit/raw-socket';

export interface FrameHandlers {
  onText(text: string): void;
  /** Null for a close frame without a code. */
  onCloseFrame(code: number | null): void;
}

/**
 * Reads the frames of a server from chunks of any size. Throws on a violation of RFC 6455: a mask, a reserved bit or
 * opcode, fragments (Parley's server sends none), anything after a close frame.
 */
export class FrameReader {
  readonly #handlers: FrameHandlers;
  #rest: Buffer = Buffer.alloc(0);
  #isClosing = false;

  constructor(handlers: FrameHandlers) {
    this.#handlers = handlers;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let next = this.#read(bytes, at); next !== null; next = this.#read(bytes, at)) at = next;
    this.#rest = bytes.subarray(at);
  }

  /** Reads the frame at `at` and returns where it ends; null when it is not complete. */
  #read(bytes: Buffer, at: number): number | null {
    if (bytes.length < at + 2) return null;
    const first = bytes.readUInt8(at);
    const short = bytes.readUInt8(at + 1);
    if (this.#isClosing) throw new Error('something follows the close frame');
    if ((first & 0xf0) !== 0x80) throw new Error(`a frame begins with 0x${first.toString(16)}`);
    if (short > 127) throw new Error('the server masks');
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < at + header) return null;
    const length =
      header === 2 ? short : header === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    const end = at + header + length;
    if (bytes.length < end) return null;
    this.#handle(first & 0x0f, bytes.subarray(at + header, end));
    return end;
  }

  #handle(opcode: number, payload: Buffer): void {
    if (opcode >= OPCODE.close && payload.length > 125) throw new Error('a control frame is too large');
    switch (opcode) {
      case OPCODE.text:
        return this.#handlers.onText(utf8.decode(payload));
      case OPCODE.close:
        this.#isClosing = true;
        return this.#handlers.onCloseFrame(payload.length === 0 ? null : payload.readUInt16BE(0));
      case OPCODE.ping:
      case OPCODE.pong:
        return;
      default:
        throw new Error(`opcode ${opcode}`);
    }
  }
}

/** Throws on invalid UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
