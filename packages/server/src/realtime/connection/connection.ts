import { CLOSE, type ChannelId, type CloseCode, type ServerFrame, type UserId } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import { MAX_SEND_QUEUE_BYTES } from '#limits.ts';
import type { ConnectionId, SessionId } from '#ports/bus.ts';
import { encodeTextFrame } from '../socket/encode-text-frame.ts';
import type { Transport } from '../socket/transport.ts';

/** A frame for one connection, and its position in the log of a channel if it has one. */
export interface OutgoingFrame {
  readonly bytes: Buffer;
  readonly channel?: ChannelId;
  /** `ready` contains everything up to its `lastSeq`: buffered frames up to there are dropped. */
  readonly seq?: number;
}

type State =
  /** Frames are buffered until `ready`, which must be the first one. */
  | { readonly name: 'initializing'; readonly buffered: OutgoingFrame[]; readonly removedFrom: ReadonlySet<ChannelId> }
  | { readonly name: 'live' }
  | { readonly name: 'closed'; readonly wasLive: boolean };

export interface ConnectionDeps {
  readonly id: ConnectionId;
  readonly clientId: string;
  readonly actor: Actor;
  readonly session: SessionId | null;
  /** When an identity without a session expires, milliseconds since the epoch; null for sessions, whose end is published. */
  readonly expiresAt: number | null;
  readonly transport: Transport;
  readonly hooks: ConnectionHooks;
}

/** Functions that all connections share. */
export interface ConnectionHooks {
  /** Called when the first frame is queued. */
  readonly markDirty: (connection: Connection) => void;
  readonly delivered: (frames: number) => void;
}

const LIVE: State = { name: 'live' };

/** One client's connection: the channels it subscribes to, and the frames that wait to be written to it. */
export class Connection {
  readonly id: ConnectionId;
  readonly clientId: string;
  readonly user: UserId;
  readonly actor: Actor;
  readonly session: SessionId | null;
  readonly expiresAt: number | null;
  /** The channels that the connection subscribes to. Only the hub changes them. */
  readonly channels = new Set<ChannelId>();
  readonly openedMs: number;
  lastActivityMs: number;
  lastPingMs: number;
  readonly #transport: Transport;
  readonly #hooks: ConnectionHooks;
  #state: State = { name: 'initializing', buffered: [], removedFrom: new Set() };
  #queue: Buffer[] = [];
  #queueBytes = 0;
  #maxQueuedBytes = MAX_SEND_QUEUE_BYTES;

  constructor(deps: ConnectionDeps, nowMs: number) {
    this.id = deps.id;
    this.clientId = deps.clientId;
    this.actor = deps.actor;
    this.user = deps.actor.user;
    this.session = deps.session;
    this.expiresAt = deps.expiresAt;
    this.openedMs = nowMs;
    this.lastActivityMs = nowMs;
    this.lastPingMs = nowMs;
    this.#transport = deps.transport;
    this.#hooks = deps.hooks;
  }

  get isClosed(): boolean {
    return this.#state.name === 'closed';
  }

  get isInitializing(): boolean {
    return this.#state.name === 'initializing';
  }

  /** True once `ready` was sent, also after the close. */
  get wasLive(): boolean {
    return this.#state.name === 'closed' ? this.#state.wasLive : this.#state.name === 'live';
  }

  /** Bytes that were written and that the peer's side of the network has not taken. */
  get queuedBytes(): number {
    return this.#queueBytes + this.#transport.bufferedBytes();
  }

  send(frame: ServerFrame): void {
    this.write({ bytes: encodeTextFrame(JSON.stringify(frame)) });
  }

  write(outgoing: OutgoingFrame): void {
    if (this.#state.name === 'live') {
      this.writeShared(outgoing.bytes, 1);
    } else if (this.#state.name === 'initializing') {
      this.#queueBytes += outgoing.bytes.length;
      if (this.#queueBytes > MAX_SEND_QUEUE_BYTES) this.close(CLOSE.tooSlow, 'too much happened before ready');
      else this.#state.buffered.push(outgoing);
    }
  }

  /** Queues bytes that many connections share, to be written at the end of the turn. Does nothing unless live. */
  writeShared(bytes: Buffer, frames: number): void {
    if (!this.#mayWrite()) return;
    this.#hooks.delivered(frames);
    this.#queueBytes += bytes.length;
    if (this.#queue.push(bytes) === 1) this.#hooks.markDirty(this);
  }

  /** The same at the end of a turn, when no more frames follow: writes directly while the queue is empty. */
  writeNow(bytes: Buffer, frames: number): void {
    if (this.#queue.length > 0) return this.writeShared(bytes, frames);
    if (!this.#mayWrite()) return;
    this.#hooks.delivered(frames);
    this.#transport.write([bytes]);
  }

  #mayWrite(): boolean {
    if (this.#state.name !== 'live') return false;
    // The new bytes do not count: a large burst is not the reader's fault.
    if (this.queuedBytes <= this.#maxQueuedBytes) return true;
    this.close(CLOSE.tooSlow, 'reads too slowly');
    return false;
  }

  /** Drops the buffered frames of a channel whose membership ended before `ready`. */
  discardBuffered(channel: ChannelId): void {
    if (this.#state.name !== 'initializing') return;
    const buffered = this.#state.buffered.filter((outgoing) => outgoing.channel !== channel);
    this.#state = { name: 'initializing', buffered, removedFrom: new Set([...this.#state.removedFrom, channel]) };
  }

  /** True until `ready` for a channel whose membership ended since the connection was opened. */
  wasRemovedFrom(channel: ChannelId): boolean {
    return this.#state.name === 'initializing' && this.#state.removedFrom.has(channel);
  }

  /** Sends `ready`, then the buffered frames that it does not contain. */
  goLive(ready: ServerFrame, isNotInReady: (outgoing: OutgoingFrame) => boolean): void {
    if (this.#state.name !== 'initializing') return;
    const { buffered } = this.#state;
    this.#state = LIVE;
    this.#queueBytes = 0;
    // Its size grows with the user's channels, and the client could not read yet: it must not count.
    const bytes = encodeTextFrame(JSON.stringify(ready));
    this.#maxQueuedBytes += bytes.length;
    this.writeShared(bytes, 1);
    for (const outgoing of buffered) if (isNotInReady(outgoing)) this.write(outgoing);
  }

  /** Hands the queue to the socket, in one write. */
  flush(): void {
    if (this.#queue.length === 0) return;
    const frames = this.#queue;
    this.#queue = [];
    this.#queueBytes = 0;
    this.#transport.write(frames);
  }

  ping(nowMs: number): void {
    this.lastPingMs = nowMs;
    this.#transport.ping();
  }

  close(code: CloseCode, reason: string): void {
    if (this.#state.name === 'closed') return;
    this.flush();
    this.#state = { name: 'closed', wasLive: this.wasLive };
    this.#transport.close(code, reason);
  }

  /** The socket is gone. */
  socketClosed(): void {
    this.#state = { name: 'closed', wasLive: this.wasLive };
    this.#queue = [];
  }
}
