import type { Socket, SocketHandlers } from '@parley/client';
import { CLOSE, MAX_FRAME_BYTES } from '@parley/protocol';
import {
  CLOSE_GRACE_MS,
  SLOW_CLOSE_GRACE_MS,
  type UserRecord,
  type Transport,
  type TransportHandlers,
} from '@parley/server/testing';
import { SimulatedPipe, textsOfFrames, type SimulatedProcess, type SeededRandom } from '@parley/testkit';
import type { FrameMonitor } from '../invariants/frame-monitor.ts';
import type { SimContext } from './context.ts';

/** The client that connects: an honest tab or a hostile client. */
export interface ClientIdentity {
  readonly process: SimulatedProcess;
  readonly user: UserRecord;
  readonly session: string;
  readonly clientId: string;
}

/** The node's side of a connection. */
export interface ServerSide {
  readonly process: SimulatedProcess;
  readonly monitor: FrameMonitor;
  readonly ended: (connection: Connection) => void;
}

type Packet =
  | { readonly kind: 'opened' | 'ping' | 'pong' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'frames'; readonly bytes: Buffer }
  | { readonly kind: 'close'; readonly code: number };

const NO_CODE = 1005;
const LOST = 1006;
const MAX_SPIKE_MS = 2_000;
const MAX_NOTICE_MS = 3_000;
const CLOSE_ECHO_TIMEOUT_MS = 3_000;

/** One WebSocket over one TCP connection between a client and a node: both ends, and all faults in between. */
export class Connection {
  readonly caller: ClientIdentity;
  readonly #context: SimContext;
  readonly #handlers: SocketHandlers;
  readonly #random: SeededRandom;
  readonly #toServer: SimulatedPipe<Packet>;
  readonly #toClient: SimulatedPipe<Packet>;
  #client: 'dialing' | 'open' | 'closing' | 'closed' = 'dialing';
  #server: 'none' | 'open' | 'closing' | 'closed' = 'none';
  #side: ServerSide | null = null;
  #transportHandlers: TransportHandlers | null = null;
  #stopGrace: () => void = () => undefined;
  /** Bytes that a slow reader has not read yet. */
  #unreadBytes = 0;

  constructor(context: SimContext, caller: ClientIdentity, handlers: SocketHandlers & { readonly name: string }) {
    this.caller = caller;
    this.#context = context;
    this.#handlers = handlers;
    this.#random = context.random.fork(`connection ${handlers.name}`);
    const { clock } = context;
    const latencyMs = (): number => this.#latencyMs();
    this.#toServer = new SimulatedPipe({ clock, latencyMs, onArrival: (packet) => this.#atServer(packet) });
    this.#toClient = new SimulatedPipe({ clock, latencyMs, onArrival: (packet) => this.#atClient(packet) });
  }

  get isClosed(): boolean {
    return this.#client === 'closed' || this.#client === 'closing';
  }

  /** Both ends consider it open. */
  get isUp(): boolean {
    return this.#client === 'open' && this.#server === 'open';
  }

  /** Data flows in both directions. */
  get isHealthy(): boolean {
    return this.isUp && this.#toServer.isOpen && this.#toClient.isOpen;
  }

  get serverIsClosing(): boolean {
    return this.#server !== 'open';
  }

  /** The client's end. */
  readonly socket: Socket = {
    send: (text) => {
      if (this.#client === 'open') this.#toServer.send({ kind: 'text', text }, text.length + 6);
    },
    bufferedBytes: () => this.#toServer.bufferedBytes(),
    close: () => this.#closeClient(),
  };

  /** The node accepts the connection. The client receives `opened` before anything the server writes from now on. */
  accept(side: ServerSide, open: (wire: Transport) => TransportHandlers): void {
    this.#side = side;
    this.#server = 'open';
    this.#toClient.send({ kind: 'opened' }, 0);
    this.#transportHandlers = open(this.#transport(side));
    if (this.isClosed) this.#serverEnded(LOST);
  }

  /** The node refuses or is down. A browser only learns that the connection did not open. */
  refuse(): void {
    this.#notifyClient(LOST);
  }

  /** The network drops the connection. Either side may notice soon, late or never. */
  cut(): void {
    this.#destroy();
    if (this.#random.chance(0.8)) this.#notifyClient(LOST, this.#random.below(MAX_NOTICE_MS));
    if (this.#random.chance(0.7)) this.#notifyServer(this.#random.below(MAX_NOTICE_MS));
  }

  /** Blocks data in these directions. Neither side notices. */
  silence(direction: 'to client' | 'to server' | 'both'): void {
    if (direction !== 'to server') this.#toClient.block();
    if (direction !== 'to client') this.#toServer.block();
  }

  unsilence(): void {
    this.#toClient.unblock();
    this.#toServer.unblock();
  }

  /** The client stops reading, with this many bytes already queued. */
  stopReading(bytes: number): void {
    this.#unreadBytes = bytes;
    this.#toClient.block();
  }

  resumeReading(): void {
    this.#unreadBytes = 0;
    this.#toClient.unblock();
  }

  /** Limits the bandwidth to the client, with this many bytes already queued. */
  throttle(bytesPerMs: number, bytes: number): void {
    this.#unreadBytes = bytes;
    this.#toClient.throttle(bytesPerMs);
  }

  /** Restores the bandwidth. Cuts the connection if data was queued. */
  unthrottle(): void {
    if (this.#toClient.bufferedBytes() > 0) this.cut();
    this.#unreadBytes = 0;
    this.#toClient.throttle(Number.POSITIVE_INFINITY);
  }

  /** The node's process died. Its kernel closes the connection, unless the whole machine is down. */
  nodeDied(isKernelAlive: boolean): void {
    this.#server = 'closed';
    this.#transportHandlers = null;
    this.#destroy();
    if (isKernelAlive) this.#notifyClient(LOST);
  }

  /** The client's tab died. Its kernel closes the connection, unless the whole machine is down. */
  clientDied(isKernelAlive: boolean): void {
    if (this.#client === 'closed') return;
    this.#client = 'closed';
    if (isKernelAlive) this.#toServer.send({ kind: 'close', code: 1001 }, 8);
    else this.#destroy();
  }

  #transport({ process, monitor }: ServerSide): Transport {
    const bufferedBytes = (): number => this.#unreadBytes + this.#toClient.bufferedBytes();
    return {
      write: (frames) => {
        if (this.#server === 'closed') return;
        for (const bytes of frames) {
          monitor.written(bytes);
          this.#toClient.send({ kind: 'frames', bytes }, bytes.length);
        }
        monitor.buffered(bufferedBytes() - (frames.at(-1)?.length ?? 0));
      },
      bufferedBytes,
      ping: () => this.#toClient.send({ kind: 'ping' }, 2),
      close: (code) => {
        if (this.#server !== 'open') return;
        this.#server = 'closing';
        this.#context.count(`server closes with ${code}`);
        this.#context.note(() => `  ${this.caller.clientId}: the server closes with ${code}`);
        monitor.closing();
        this.#toClient.send({ kind: 'close', code }, 4);
        const graceMs = code === CLOSE.tooSlow ? SLOW_CLOSE_GRACE_MS : CLOSE_GRACE_MS;
        this.#stopGrace = process.after(graceMs, () => this.#terminate());
      },
    };
  }

  #atServer(packet: Packet): void {
    this.#side?.process.run(() => {
      if (this.#transportHandlers === null) return;
      if (packet.kind === 'pong') this.#transportHandlers.onActivity();
      else if (packet.kind === 'text') this.#receive(packet.text, this.#transportHandlers);
      else if (packet.kind === 'close') {
        if (this.#server === 'open') this.#toClient.send({ kind: 'close', code: packet.code }, 4);
        this.#serverEnded(packet.code);
      }
    });
  }

  #receive(text: string, events: TransportHandlers): void {
    this.#side?.monitor.received(text);
    // The WebSocket library below the server closes by itself.
    if (Buffer.byteLength(text) > MAX_FRAME_BYTES) this.#terminate();
    else events.onText(text);
  }

  #atClient(packet: Packet): void {
    this.caller.process.run(() => {
      if (this.#client === 'closed') return;
      if (packet.kind === 'opened') this.#opened();
      else if (packet.kind === 'ping') this.#toServer.send({ kind: 'pong' }, 6);
      else if (packet.kind === 'frames') for (const text of textsOfFrames(packet.bytes)) this.#handlers.received(text);
      else if (packet.kind === 'close') {
        this.#toServer.send({ kind: 'close', code: packet.code }, 8);
        this.#clientEnded(packet.code);
      }
    });
  }

  #opened(): void {
    if (this.#client !== 'dialing') return;
    this.#client = 'open';
    this.#handlers.opened();
  }

  #closeClient(): void {
    if (this.isClosed) return;
    const wasOpen = this.#client === 'open';
    this.#client = 'closing';
    if (wasOpen) this.#toServer.send({ kind: 'close', code: NO_CODE }, 8);
    this.caller.process.after(wasOpen ? CLOSE_ECHO_TIMEOUT_MS : 0, () => this.#clientEnded(LOST));
  }

  #terminate(): void {
    this.#destroy();
    this.#notifyClient(LOST);
    this.#serverEnded(LOST);
  }

  #serverEnded(code: number): void {
    if (this.#server === 'closed') return;
    this.#server = 'closed';
    this.#stopGrace();
    const events = this.#transportHandlers;
    this.#transportHandlers = null;
    this.#side?.ended(this);
    events?.onClose(code);
  }

  #clientEnded(code: number): void {
    if (this.#client === 'closed') return;
    this.#client = 'closed';
    this.#handlers.closed(code);
  }

  #notifyClient(code: number, delayMs = this.#latencyMs()): void {
    this.caller.process.after(delayMs, () => this.#clientEnded(code));
  }

  #notifyServer(delayMs: number): void {
    this.#side?.process.after(delayMs, () => this.#serverEnded(LOST));
  }

  #destroy(): void {
    this.#toClient.destroy();
    this.#toServer.destroy();
  }

  #latencyMs(): number {
    const { networkMs, networkSpike } = this.#context.conditions;
    const spikeMs = this.#random.chance(networkSpike) ? this.#random.between(0, MAX_SPIKE_MS) : 0;
    return Math.floor(this.#random.between(...networkMs) + spikeMs);
  }
}
