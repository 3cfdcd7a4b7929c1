import { OPCODE } from '@parley/testkit/raw-socket';

export interface Heard {
  text(text: string): void;
  /** Null for a close frame without a code. */
  closing(code: number | null): void;
}

/**
 * Reads what a server says, in whatever pieces it comes. Throws when it is not RFC 6455: a mask, a reserved bit or
 * opcode, fragments (Parley's server makes none), anything behind a close frame.
 */
export class FrameReader {
  readonly #heard: Heard;
  #rest: Buffer = Buffer.alloc(0);
  #isClosing = false;

  constructor(heard: Heard) {
    this.#heard = heard;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let next = this.#read(bytes, at); next !== null; next = this.#read(bytes, at)) at = next;
    this.#rest = bytes.subarray(at);
  }

  /** Where the frame at `at` ends; null when it is not whole. */
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
    this.#tell(first & 0x0f, bytes.subarray(at + header, end));
    return end;
  }

  #tell(opcode: number, payload: Buffer): void {
    if (opcode >= OPCODE.close && payload.length > 125) throw new Error('a control frame is too large');
    switch (opcode) {
      case OPCODE.text:
        return this.#heard.text(utf8.decode(payload));
      case OPCODE.close:
        this.#isClosing = true;
        return this.#heard.closing(payload.length === 0 ? null : payload.readUInt16BE(0));
      case OPCODE.ping:
      case OPCODE.pong:
        return;
      default:
        throw new Error(`opcode ${opcode}`);
    }
  }
}

/** Throws at what is not UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
