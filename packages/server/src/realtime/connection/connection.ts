import { CLOSE, type ChannelId, type CloseCode, type ServerFrame, type UserId } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import { MAX_SEND_QUEUE_BYTES } from '#limits.ts';
import type { ConnectionId, SessionId } from '#ports/bus.ts';
import { encodeTextFrame } from '../socket/encode-text-frame.ts';
import type { Transport } from '../socket/transport.ts';

/** A frame for one connection, and its place in a channel's log if it has one. */
export interface OutgoingFrame {
  readonly bytes: Buffer;
  readonly channel?: ChannelId;
  /** Frames up to the `lastSeq` that `ready` tells are told by it already. */
  readonly seq?: number;
}

type State =
  /** Everything waits for `ready`, which must be the first frame. */
  | { readonly name: 'greeting'; readonly held: OutgoingFrame[]; readonly lost: ReadonlySet<ChannelId> }
  | { readonly name: 'live' }
  | { readonly name: 'closed'; readonly wasLive: boolean };

export interface ConnectionDeps {
  readonly id: ConnectionId;
  readonly clientId: string;
  readonly actor: Actor;
  readonly session: SessionId | null;
  /** When a proof without a session ends, milliseconds since the epoch; null for sessions, which say so themselves. */
  readonly expiresAt: number | null;
  readonly transport: Transport;
  readonly hooks: ConnectionHooks;
}

/** What all connections share. */
export interface ConnectionHooks {
  /** Called when there is something to write that was not before. */
  readonly markDirty: (connection: Connection) => void;
  readonly delivered: (frames: number) => void;
}

const LIVE: State = { name: 'live' };

/** One client's connection: what it may hear, and what waits to be written to it. */
export class Connection {
  readonly id: ConnectionId;
  readonly clientId: string;
  readonly user: UserId;
  readonly actor: Actor;
  readonly session: SessionId | null;
  readonly expiresAt: number | null;
  /** Channels whose events this connection hears. Kept by the fan-out. */
  readonly channels = new Set<ChannelId>();
  readonly openedMs: number;
  lastHeardMs: number;
  lastPingMs: number;
  readonly #wire: Transport;
  readonly #hooks: ConnectionHooks;
  #state: State = { name: 'greeting', held: [], lost: new Set() };
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #maxWaitingBytes = MAX_SEND_QUEUE_BYTES;

  constructor(deps: ConnectionDeps, nowMs: number) {
    this.id = deps.id;
    this.clientId = deps.clientId;
    this.actor = deps.actor;
    this.user = deps.actor.user;
    this.session = deps.session;
    this.expiresAt = deps.expiresAt;
    this.openedMs = nowMs;
    this.lastHeardMs = nowMs;
    this.lastPingMs = nowMs;
    this.#wire = deps.transport;
    this.#hooks = deps.hooks;
  }

  get isClosed(): boolean {
    return this.#state.name === 'closed';
  }

  get isInitializing(): boolean {
    return this.#state.name === 'greeting';
  }

  /** It was told `ready`, whatever happened since. */
  get wasLive(): boolean {
    return this.#state.name === 'closed' ? this.#state.wasLive : this.#state.name === 'live';
  }

  /** What was written and has not left for the peer. */
  get queuedBytes(): number {
    return this.#waitingBytes + this.#wire.bufferedBytes();
  }

  send(frame: ServerFrame): void {
    this.write({ bytes: encodeTextFrame(JSON.stringify(frame)) });
  }

  write(outgoing: OutgoingFrame): void {
    if (this.#state.name === 'live') {
      this.writeShared(outgoing.bytes, 1);
    } else if (this.#state.name === 'greeting') {
      this.#waitingBytes += outgoing.bytes.length;
      if (this.#waitingBytes > MAX_SEND_QUEUE_BYTES) this.close(CLOSE.tooSlow, 'too much happened before ready');
      else this.#state.held.push(outgoing);
    }
  }

  /** Writes bytes that many connections share, at the end of the turn. Only for a connection that is live. */
  writeShared(bytes: Buffer, frames: number): void {
    if (!this.#mayWrite()) return;
    this.#hooks.delivered(frames);
    this.#waitingBytes += bytes.length;
    if (this.#waiting.push(bytes) === 1) this.#hooks.markDirty(this);
  }

  /** The same at the end of a turn, when nothing more comes: without a detour where nothing waits. */
  writeNow(bytes: Buffer, frames: number): void {
    if (this.#waiting.length > 0) return this.writeShared(bytes, frames);
    if (!this.#mayWrite()) return;
    this.#hooks.delivered(frames);
    this.#wire.write([bytes]);
  }

  #mayWrite(): boolean {
    if (this.#state.name !== 'live') return false;
    // What comes now does not count: much said at one moment is no fault of the reader's.
    if (this.queuedBytes <= this.#maxWaitingBytes) return true;
    this.close(CLOSE.tooSlow, 'reads too slowly');
    return false;
  }

  /** Drops held frames of a channel that was lost before `ready`. */
  discardBuffered(channel: ChannelId): void {
    if (this.#state.name !== 'greeting') return;
    const held = this.#state.held.filter((outgoing) => outgoing.channel !== channel);
    this.#state = { name: 'greeting', held, lost: new Set([...this.#state.lost, channel]) };
  }

  /** Was the channel lost since this connection began, and before `ready`? */
  wasRemovedFrom(channel: ChannelId): boolean {
    return this.#state.name === 'greeting' && this.#state.lost.has(channel);
  }

  /** Sends `ready`, then what was held back and `ready` does not tell. */
  goLive(ready: ServerFrame, isNotInReady: (outgoing: OutgoingFrame) => boolean): void {
    if (this.#state.name !== 'greeting') return;
    const { held } = this.#state;
    this.#state = LIVE;
    this.#waitingBytes = 0;
    // It is as large as the user has channels, and comes before there was a chance to read: it must not count.
    const bytes = encodeTextFrame(JSON.stringify(ready));
    this.#maxWaitingBytes += bytes.length;
    this.writeShared(bytes, 1);
    for (const outgoing of held) if (isNotInReady(outgoing)) this.write(outgoing);
  }

  /** Hands what waits to the socket, in one write. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const frames = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#wire.write(frames);
  }

  ping(nowMs: number): void {
    this.lastPingMs = nowMs;
    this.#wire.ping();
  }

  close(code: CloseCode, reason: string): void {
    if (this.#state.name === 'closed') return;
    this.flush();
    this.#state = { name: 'closed', wasLive: this.wasLive };
    this.#wire.close(code, reason);
  }

  /** The socket is gone. */
  socketClosed(): void {
    this.#state = { name: 'closed', wasLive: this.wasLive };
    this.#waiting = [];
  }
}
