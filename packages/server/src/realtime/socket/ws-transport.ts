import type { Duplex } from 'node:stream';
import { CLOSE, type CloseCode } from '@parley/protocol';
import { WebSocket } from 'ws';
import { CLOSE_GRACE_MS, MAX_ASSEMBLY_MS, MAX_SEND_QUEUE_BYTES, SLOW_CLOSE_GRACE_MS } from '#limits.ts';
import type { Clock } from '#ports/clock.ts';
import { MessageAssembly } from './message-assembly.ts';
import type { Transport, TransportHandlers } from './transport.ts';

/**
 * The library's socket with its transport and handlers. The event listeners are functions that all sockets share: ten
 * closures for each of thousands of idle connections would be most of their memory.
 */
export class TransportSocket extends WebSocket {
  transport: WsTransport | null = null;
  handlers: TransportHandlers | null = null;
}

/** Attaches a transport to an upgraded socket. `accept` gets the transport and returns its handlers. */
export function attachTransport(
  socket: TransportSocket,
  { stream, clock, accept }: { stream: Duplex; clock: Clock; accept: (transport: Transport) => TransportHandlers },
): void {
  const transport = new WsTransport(socket, stream, clock);
  socket.transport = transport;
  socket.handlers = accept(transport);
  stream.on('data', (chunk: Buffer) => transport.trackAssembly(chunk));
  socket.on('message', onMessage);
  socket.on('ping', onPing);
  socket.on('pong', onPong);
  socket.on('error', onError);
  socket.on('close', onClose);
}

/**
 * The transport over a real socket. Encoded frames are written to the stream directly; the library parses the input and
 * does the closing handshake. Both write whole frames only, so their bytes never mix.
 */
class WsTransport implements Transport {
  readonly #socket: TransportSocket;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #assembly = new MessageAssembly();
  /** Limits the time of the message that has begun, by its number; null while none has. */
  #assemblyTimer: { readonly message: number; readonly cancel: () => void } | null = null;

  constructor(socket: TransportSocket, stream: Duplex, clock: Clock) {
    this.#socket = socket;
    this.#stream = stream;
    this.#clock = clock;
  }

  write(frames: readonly Buffer[]): void {
    // The peer sent a close frame or broke the framing, and the library answered: nothing may follow a close frame.
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

  /** Destroys the socket of a peer that does not answer a close frame. */
  endWithin(graceMs: number): void {
    this.#socket.once(
      'close',
      this.#clock.after(graceMs, () => this.#socket.terminate()),
    );
  }

  pong(data: Buffer): void {
    // The pongs to a client that pings and does not read would pile up.
    if (this.bufferedBytes() > MAX_SEND_QUEUE_BYTES) this.close(CLOSE.tooSlow, 'reads too slowly');
    else this.#socket.pong(data);
  }

  /** A message that arrives byte by byte occupies memory all the time, so it must be complete within `MAX_ASSEMBLY_MS`. */
  trackAssembly(chunk: Buffer): void {
    const wasInside = this.#assembly.isInside;
    this.#assembly.push(chunk);
    const { isInside, completed } = this.#assembly;
    if (wasInside && isInside && completed === this.#assemblyTimer?.message) return;
    this.stopAssemblyTimer();
    if (!isInside) return;
    const cancel = this.#clock.after(MAX_ASSEMBLY_MS, () => this.close(CLOSE.flooding, 'a message took too long'));
    this.#assemblyTimer = { message: completed, cancel };
  }

  stopAssemblyTimer(): void {
    this.#assemblyTimer?.cancel();
    this.#assemblyTimer = null;
  }
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  if (!(this instanceof TransportSocket)) return;
  if (isBinary) this.transport?.close(CLOSE.binary, 'binary frames are not part of the protocol');
  // oxlint-disable-next-line typescript/no-base-to-string -- a Buffer: `binaryType` is left at its default
  else this.handlers?.onText(data.toString());
}

function onPing(this: WebSocket, data: Buffer): void {
  if (!(this instanceof TransportSocket)) return;
  this.handlers?.onActivity();
  if (this.readyState === this.OPEN) this.transport?.pong(data);
}

function onPong(this: WebSocket): void {
  if (this instanceof TransportSocket) this.handlers?.onActivity();
}

function onClose(this: WebSocket, code: number): void {
  if (!(this instanceof TransportSocket)) return;
  this.transport?.stopAssemblyTimer();
  this.handlers?.onClose(code);
}

/**
 * Broken framing, bad UTF-8, too large, too many fragments: the library closes with the right code itself, but would wait
 * half a minute for the close frame of a peer that has already broken the protocol.
 */
function onError(this: WebSocket): void {
  if (this instanceof TransportSocket) this.transport?.endWithin(CLOSE_GRACE_MS);
}
