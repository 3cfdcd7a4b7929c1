import {
  isLogEvent,
  type ChannelId,
  type LogEvent,
  type ReadFrame,
  type ReadyFrame,
  type Reply,
  type ServerFrame,
  type UserId,
} from '@parley/protocol';
import { MAX_SEND_QUEUE_BYTES } from '@parley/server/testing';
import type { SimContext } from '../sim/context.ts';
import { canariesIn } from './canaries.ts';
import { checkReply, type Request } from './check-replies.ts';
import { compareEvent } from './compare-event.ts';
import { framesOf } from './decode-frames.ts';

/** G6 for ephemeral frames: how long after a removal they may still be sent in a fault-free period. */
const EPHEMERAL_GRACE_MS = 1_500;

export interface FrameMonitorDeps {
  readonly user: UserId;
  readonly clientId: string;
  /** With several nodes, late messages about a cursor are possible. */
  readonly isOneOfSeveral: boolean;
}

/** Checks everything the server writes to one connection against what is stored. */
export class FrameMonitor {
  readonly #context: SimContext;
  readonly #deps: FrameMonitorDeps;
  readonly #openedMs: number;
  readonly #requests = new Map<number, Request>();
  /** The next expected seq of each channel that this connection is subscribed to. */
  readonly #next = new Map<ChannelId, number>();
  /** The last `read` of each channel. */
  readonly #cursors = new Map<ChannelId, number>();
  /**
   * Channels added by `channel`, until their first event. Events that `channel` already covers may follow; clients
   * ignore them.
   */
  readonly #justJoined = new Set<ChannelId>();
  /** The last acknowledged send of each channel: its number among the commands and its seq. */
  readonly #order = new Map<ChannelId, { readonly index: number; readonly seq: number }>();
  #commandCount = 0;
  #readyBytes = 0;
  #isReady = false;
  #isClosing = false;

  constructor(context: SimContext, deps: FrameMonitorDeps) {
    this.#context = context;
    this.#deps = deps;
    this.#openedMs = context.clock.elapsed();
  }

  /** A command reached the server. */
  received(text: string): void {
    const command = readCommand(text);
    if (command === null) return;
    const { oracle, clock } = this.#context;
    this.#commandCount += 1;
    if (command.type === 'send' && typeof command.id === 'string') {
      oracle.sendCounts.set(command.id, (oracle.sendCounts.get(command.id) ?? 0) + 1);
    }
    // With a reused `ref` the reply can't be attributed.
    if (this.#requests.has(command.ref)) this.#requests.delete(command.ref);
    else this.#requests.set(command.ref, { command, atMs: clock.elapsed(), index: this.#commandCount });
  }

  /** The server sent a close frame. No frame may follow. */
  closing(): void {
    this.#isClosing = true;
  }

  /** Bytes queued for the socket, without the last frame: a burst at one moment is not the reader's fault. */
  buffered(bytes: number): void {
    // `ready` is written before the client had a chance to read, so it does not count.
    if (bytes > MAX_SEND_QUEUE_BYTES + this.#readyBytes) {
      this.#report('G10 bounded', `${bytes} bytes wait for one reader`);
    }
  }

  written(bytes: Buffer): void {
    if (this.#isClosing) this.#report('internal error', 'written after the close frame');
    for (const { frame, text } of framesOf(bytes)) {
      if (frame === null) this.#report('internal error', `no client can decode ${text.slice(0, 200)}`);
      else this.#check(frame, text);
    }
  }

  #check(frame: ServerFrame, text: string): void {
    this.#context.count(`frame ${frame.type}`);
    this.#context.note(() => `    > ${this.#deps.clientId} ${text.slice(0, 160)}`);
    if ((frame.type === 'ready') === this.#isReady) this.#report('internal error', `${frame.type} out of order`);
    this.#checkCanaries(frame, text);
    if (isLogEvent(frame)) return this.#checkEvent(frame);
    switch (frame.type) {
      case 'ready':
        this.#readyBytes = Buffer.byteLength(text) + 10;
        return this.#checkReady(frame);
      case 'channel':
        this.#next.set(frame.channel.id, frame.channel.lastSeq + 1);
        this.#justJoined.add(frame.channel.id);
        return;
      case 'removed':
        this.#next.delete(frame.channel);
        this.#cursors.delete(frame.channel);
        return;
      case 'ok':
      case 'error':
      case 'events':
      case 'reset':
      case 'messages':
      case 'pong':
        return this.#checkReply(frame);
      case 'read':
        return this.#checkCursor(frame);
      case 'typing':
      case 'user':
      case 'presence':
        return;
    }
  }

  /** With several nodes, a late message must not move a cursor back. */
  #checkCursor({ channel, seq }: ReadFrame): void {
    const before = this.#cursors.get(channel) ?? 0;
    if (this.#deps.isOneOfSeveral && seq < before) {
      this.#report('G5 convergence', `the cursor in ${channel} goes back from ${before} to ${seq}`);
    }
    this.#cursors.set(channel, seq);
  }

  #checkEvent(event: LogEvent): void {
    const { oracle } = this.#context;
    const position = `${event.channel}#${event.seq}`;
    const next = this.#next.get(event.channel);
    if (next === undefined) this.#report('G6 members only', `${position} of a channel without a subscription`);
    else if (event.seq < next && this.#justJoined.has(event.channel)) {
      this.#context.count('event repeated after joining');
    } else if (event.seq !== next) this.#report('G4 no silent gap', `${position} where ${next} is next`);
    this.#justJoined.delete(event.channel);
    this.#next.set(event.channel, event.seq + 1);
    const stored = oracle.channels.get(event.channel)?.log[event.seq - 1];
    if (stored === undefined) this.#report('G1 durable', `${position} was sent but is not stored`);
    else if (compareEvent(oracle, event) === 'no') {
      this.#report(
        'G3 one order',
        `${position} was sent as ${JSON.stringify(event)}, stored as ${JSON.stringify(stored)}`,
      );
    }
  }

  #checkReady(frame: ReadyFrame): void {
    const { oracle } = this.#context;
    const { user } = this.#deps;
    this.#isReady = true;
    for (const { id, lastSeq, readSeq, unread, mentions } of frame.channels) {
      this.#next.set(id, lastSeq + 1);
      const head = oracle.channels.get(id)?.log.length ?? 0;
      if (lastSeq > head) this.#report('G1 durable', `ready has ${id}#${lastSeq}, stored are ${head}`);
      const truth = oracle.unread(id, user, { readSeq, asOf: lastSeq });
      if (unread !== truth.unread || mentions !== truth.mentions) {
        const actual = `${unread} unread and ${mentions} mentions`;
        this.#report('G5 convergence', `ready has ${actual} in ${id}, it is ${truth.unread} and ${truth.mentions}`);
      }
    }
    const listed = new Set(frame.channels.map(({ id }) => id));
    for (const { id, members } of oracle.channelsOf(user)) {
      const sinceMs = members.get(user)?.sinceMs ?? 0;
      if (!listed.has(id) && sinceMs < this.#openedMs) this.#report('G5 convergence', `ready leaves ${id} out`);
    }
  }

  #checkReply(reply: Reply): void {
    if (reply.ref === undefined) return;
    const request = this.#requests.get(reply.ref);
    if (request === undefined) return;
    this.#requests.delete(reply.ref);
    for (const { guarantee, what } of checkReply(this.#context, { user: this.#deps.user, request, reply })) {
      this.#report(guarantee, what);
    }
    if (reply.type === 'ok' && request.command.type === 'send') this.#checkOrder(reply, request);
  }

  /** Messages sent on one connection keep their order, unless they were sent on another one too. */
  #checkOrder({ channel, seq }: Extract<Reply, { type: 'ok' }>, { command, atMs, index }: Request): void {
    const { oracle } = this.#context;
    if (channel === undefined || seq === undefined || oracle.sendCounts.get(command.id ?? '') !== 1) return;
    const storedAtMs = oracle.channels.get(channel)?.storedAtMs[seq - 1] ?? 0;
    if (storedAtMs < atMs) return;
    const before = this.#order.get(channel);
    if (before !== undefined && index > before.index !== seq > before.seq) {
      this.#report('G3 one order', `${channel}#${seq} was sent after ${channel}#${before.seq}, or before`);
    }
    this.#order.set(channel, { index, seq });
  }

  /** Not one byte about a channel reaches a non-member. */
  #checkCanaries(frame: ServerFrame, text: string): void {
    const { oracle } = this.#context;
    const { user } = this.#deps;
    for (const channel of canariesIn(oracle, text)) {
      const truth = oracle.channels.get(channel);
      if (truth === undefined || truth.members.has(user)) continue;
      // These name a channel that the user named first, and reveal nothing about it.
      if (frame.type === 'removed' || frame.type === 'ok' || frame.type === 'error') continue;
      const past = truth.past.get(user);
      if (past === undefined) {
        this.#report('G6 members only', `${frame.type} reveals ${channel} to a stranger: ${text}`);
      } else if (lastSeqIn(frame, channel) > past.seq) {
        this.#report('G6 members only', `${text} reveals ${channel}, left at ${past.seq}`);
      } else if (isEphemeral(frame) && this.#context.faultFreeMs() > EPHEMERAL_GRACE_MS) {
        const agoMs = this.#context.clock.elapsed() - past.atMs;
        if (agoMs > EPHEMERAL_GRACE_MS) this.#report('G6 members only', `${text}, ${agoMs} ms after leaving`);
      }
    }
  }

  #report(guarantee: Parameters<SimContext['reportViolation']>[0], what: string): void {
    this.#context.reportViolation(guarantee, `to ${this.#deps.clientId} of ${this.#deps.user}: ${what}`);
  }
}

/** The last position of the channel's log that a frame covers; 0 for frames that cover none. */
function lastSeqIn(frame: ServerFrame, channel: ChannelId): number {
  if (isLogEvent(frame)) return frame.seq;
  switch (frame.type) {
    case 'events':
      return Math.max(frame.lastSeq, frame.events.at(-1)?.seq ?? 0);
    case 'messages':
      return frame.asOf;
    case 'ready':
      return frame.channels.find(({ id }) => id === channel)?.lastSeq ?? 0;
    case 'channel':
      return frame.channel.lastSeq;
    case 'pong':
      return frame.heads[channel] ?? 0;
    case 'ok':
    case 'error':
    case 'reset':
    case 'typing':
    case 'removed':
    case 'read':
    case 'user':
    case 'presence':
      return 0;
  }
}

function isEphemeral(frame: ServerFrame): boolean {
  return frame.type === 'typing' || frame.type === 'presence' || frame.type === 'read';
}

/** Parses the command as far as possible. Null without a `ref`: such a command gets no reply. */
function readCommand(text: string): Request['command'] | null {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || !('ref' in json) || typeof json.ref !== 'number') return null;
    return 'type' in json && typeof json.type === 'string' ? { ...json, type: json.type, ref: json.ref } : null;
  } catch {
    return null;
  }
}
