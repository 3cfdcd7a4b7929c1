import type { Duplex } from 'node:stream';
import { CLOSE, type CloseCode } from '@parley/protocol';
import { WebSocket } from 'ws';
import { CLOSE_GRACE_MS, MAX_ASSEMBLY_MS, MAX_OUT_BUFFER_BYTES, SLOW_CLOSE_GRACE_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import { MessageWatch } from './message-assembly.ts';
import type { Wire, WireEvents } from './transport.ts';

/**
 * The library's socket with a place for what listens to it. The listeners are functions that all sockets share and find
 * their own here: ten closures for each of thousands of idle connections would be most of what they cost.
 */
export class WireSocket extends WebSocket {
  wire: SocketWire | null = null;
  events: WireEvents | null = null;
}

/** Takes an upgraded socket: `accept` gets its wire, and is told through what it returns. */
export function openWire(
  socket: WireSocket,
  { stream, clock, accept }: { stream: Duplex; clock: Clock; accept: (wire: Wire) => WireEvents },
): void {
  const wire = new SocketWire(socket, stream, clock);
  socket.wire = wire;
  socket.events = accept(wire);
  stream.on('data', (chunk: Buffer) => wire.watch(chunk));
  socket.on('message', onMessage);
  socket.on('ping', onPing);
  socket.on('pong', onPong);
  socket.on('error', onError);
  socket.on('close', onClose);
}

/**
 * The wire over a real socket. Frames are written straight to it, because they are encoded already; the library parses
 * what comes in and does the closing handshake. Both write whole frames only, so they never mix.
 */
class SocketWire implements Wire {
  readonly #socket: WireSocket;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #watch = new MessageWatch();
  /** Ends the patience with the message that has begun, which was the `#watch.whole`-th; null while none has. */
  #patience: { readonly message: number; readonly undo: () => void } | null = null;

  constructor(socket: WireSocket, stream: Duplex, clock: Clock) {
    this.#socket = socket;
    this.#stream = stream;
    this.#clock = clock;
  }

  write(frames: readonly Buffer[]): void {
    // The peer said goodbye, or broke the framing, and the library answered: nothing may follow a close frame.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const [first] = frames;
    if (frames.length === 1 && first !== undefined) {
      this.#stream.write(first);
      return;
    }
    this.#stream.cork();
    for (const frame of frames) this.#stream.write(frame);
    this.#stream.uncork();
  }

  bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  ping(): void {
    this.#socket.ping();
  }

  close(code: CloseCode, reason: string): void {
    this.#socket.close(code, reason);
    this.endWithin(code === CLOSE.tooSlow ? SLOW_CLOSE_GRACE_MS : CLOSE_GRACE_MS);
  }

  /** Cuts a peer that does not answer a close frame. */
  endWithin(graceMs: number): void {
    this.#socket.once(
      'close',
      this.#clock.after(graceMs, () => this.#socket.terminate()),
    );
  }

  pong(data: Buffer): void {
    // Who pings and does not read would pile the answers up.
    if (this.bufferedBytes() > MAX_OUT_BUFFER_BYTES) this.close(CLOSE.tooSlow, 'reads too slowly');
    else this.#socket.pong(data);
  }

  /** A message that is dripped in byte by byte holds memory for as long as it takes: it gets `MAX_ASSEMBLY_MS`. */
  watch(chunk: Buffer): void {
    const wasInside = this.#watch.isInside;
    this.#watch.push(chunk);
    const { isInside, whole } = this.#watch;
    if (wasInside && isInside && whole === this.#patience?.message) return;
    this.unwatch();
    if (!isInside) return;
    const undo = this.#clock.after(MAX_ASSEMBLY_MS, () => this.close(CLOSE.flooding, 'a message took too long'));
    this.#patience = { message: whole, undo };
  }

  unwatch(): void {
    this.#patience?.undo();
    this.#patience = null;
  }
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  if (!(this instanceof WireSocket)) return;
  if (isBinary) this.wire?.close(CLOSE.binary, 'binary frames are not part of the protocol');
  // oxlint-disable-next-line typescript/no-base-to-string -- a Buffer: `binaryType` is left at its default
  else this.events?.received(data.toString());
}

function onPing(this: WebSocket, data: Buffer): void {
  if (!(this instanceof WireSocket)) return;
  this.events?.heard();
  if (this.readyState === this.OPEN) this.wire?.pong(data);
}

function onPong(this: WebSocket): void {
  if (this instanceof WireSocket) this.events?.heard();
}

function onClose(this: WebSocket, code: number): void {
  if (!(this instanceof WireSocket)) return;
  this.wire?.unwatch();
  this.events?.closed(code);
}

/**
 * Broken framing, bad UTF-8, too large, too many fragments: the library closes with the right code by itself. But it
 * would wait half a minute for the answer of a peer that has shown already how it keeps the rules.
 */
function onError(this: WebSocket): void {
  if (this instanceof WireSocket) this.wire?.endWithin(CLOSE_GRACE_MS);
}
