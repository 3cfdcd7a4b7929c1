import type { Duplex } from 'node:stream';
import { CLOSE, type CloseCode } from '@parley/protocol';
import { WebSocket } from 'ws';
import { CLOSE_GRACE_MS, MAX_ASSEMBLY_MS, MAX_SEND_QUEUE_BYTES, SLOW_CLOSE_GRACE_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import { MessageAssembly } from './message-assembly.ts';
import type { Transport, TransportHandlers } from './transport.ts';

/**
 * The library's socket with a place for what listens to it. The listeners are functions that all sockets share and find
 * their own here: ten closures for each of thousands of idle connections would be most of what they cost.
 */
export class TransportSocket extends WebSocket {
  transport: SocketWire | null = null;
  events: TransportHandlers | null = null;
}

/** Takes an upgraded socket: `accept` gets its wire, and is told through what it returns. */
export function attachTransport(
  socket: TransportSocket,
  { stream, clock, accept }: { stream: Duplex; clock: Clock; accept: (transport: Transport) => TransportHandlers },
): void {
  const transport = new SocketWire(socket, stream, clock);
  socket.transport = transport;
  socket.events = accept(transport);
  stream.on('data', (chunk: Buffer) => transport.watch(chunk));
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
class SocketWire implements Transport {
  readonly #socket: TransportSocket;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #watch = new MessageAssembly();
  /** Ends the patience with the message that has begun, which was the `#watch.whole`-th; null while none has. */
  #patience: { readonly message: number; readonly undo: () => void } | null = null;

  constructor(socket: TransportSocket, stream: Duplex, clock: Clock) {
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
    if (this.bufferedBytes() > MAX_SEND_QUEUE_BYTES) this.close(CLOSE.tooSlow, 'reads too slowly');
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
  if (!(this instanceof TransportSocket)) return;
  if (isBinary) this.transport?.close(CLOSE.binary, 'binary frames are not part of the protocol');
  // oxlint-disable-next-line typescript/no-base-to-string -- a Buffer: `binaryType` is left at its default
  else this.events?.onText(data.toString());
}

function onPing(this: WebSocket, data: Buffer): void {
  if (!(this instanceof TransportSocket)) return;
  this.events?.onActivity();
  if (this.readyState === this.OPEN) this.transport?.pong(data);
}

function onPong(this: WebSocket): void {
  if (this instanceof TransportSocket) this.events?.onActivity();
}

function onClose(this: WebSocket, code: number): void {
  if (!(this instanceof TransportSocket)) return;
  this.transport?.unwatch();
  this.events?.onClose(code);
}

/**
 * Broken framing, bad UTF-8, too large, too many fragments: the library closes with the right code by itself. But it
 * would wait half a minute for the answer of a peer that has shown already how it keeps the rules.
 */
function onError(this: WebSocket): void {
  if (this instanceof TransportSocket) this.transport?.endWithin(CLOSE_GRACE_MS);
}
