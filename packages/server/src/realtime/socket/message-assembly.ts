const FINAL_BIT = 0x80;
const OPCODE_BITS = 0x0f;
const FIRST_CONTROL_OPCODE = 0x8;
const MASK_BIT = 0x80;
const LENGTH_BITS = 0x7f;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MASK_BYTES = 4;

/**
 * Parses the frame headers of a client's bytes (RFC 6455, section 5.2), to know whether a message has begun and is not
 * complete: the WebSocket library does not report it. Control frames between the fragments change nothing.
 */
export class MessageAssembly {
  #header: number[] = [];
  #payloadLeft = 0;
  #frameIsLastOfMessage = true;
  #frameIsControl = false;
  #betweenFragments = false;
  #completed = 0;

  /** The number of complete messages and control frames. */
  get completed(): number {
    return this.#completed;
  }

  /** A message or control frame has begun and is not complete. */
  get isInside(): boolean {
    return this.#betweenFragments || this.#payloadLeft > 0 || this.#header.length > 0;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#payloadLeft > 0) {
        const taken = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= taken;
        at += taken;
      } else {
        this.#header.push(chunk[at] ?? 0);
        at += 1;
        if (!this.#readHeader()) continue;
      }
      if (this.#payloadLeft === 0) this.#onFrameEnd();
    }
  }

  /** Returns true when the header is complete; the payload follows. */
  #readHeader(): boolean {
    const [first = 0, second = 0] = this.#header;
    const short = second & LENGTH_BITS;
    const lengthBytes = short === LENGTH_16 ? 2 : short === LENGTH_64 ? 8 : 0;
    const headerBytes = 2 + lengthBytes + ((second & MASK_BIT) === 0 ? 0 : MASK_BYTES);
    if (this.#header.length < 2 || this.#header.length < headerBytes) return false;
    const long = this.#header.slice(2, 2 + lengthBytes).reduce((length, byte) => length * 256 + byte, 0);
    this.#payloadLeft = lengthBytes === 0 ? short : long;
    this.#frameIsControl = (first & OPCODE_BITS) >= FIRST_CONTROL_OPCODE;
    this.#frameIsLastOfMessage = (first & FINAL_BIT) !== 0;
    this.#header = [];
    return true;
  }

  #onFrameEnd(): void {
    if (!this.#frameIsControl) this.#betweenFragments = !this.#frameIsLastOfMessage;
    if (!this.#betweenFragments) this.#completed += 1;
  }
}
