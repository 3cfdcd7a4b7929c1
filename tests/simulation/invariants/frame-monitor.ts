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
import type { SimulatedProcess } from '@parley/testkit';
import type { SimContext } from '../sim/context.ts';
import { canariesIn } from './canaries.ts';
import { judgeReply, type Request } from './check-replies.ts';
import { sameEvent } from './compare-event.ts';
import { framesOf } from './decode-frames.ts';

/** G6 for what is never stored: how long after a removal typing and the like may still be told, when nothing is amiss. */
const EPHEMERAL_GRACE_MS = 1_500;

export interface FrameMonitorDeps {
  readonly user: UserId;
  readonly clientId: string;
  readonly machine: SimulatedProcess;
  /** Between nodes late news of a cursor may come. */
  readonly isOneOfSeveral: boolean;
}

/** Reads everything the server writes to one connection, and holds it against what is stored. */
export class FrameMonitor {
  readonly #context: SimContext;
  readonly #deps: FrameMonitorDeps;
  readonly #openedMs: number;
  readonly #asked = new Map<number, Request>();
  /** The next event of each channel that this connection was told of. */
  readonly #next = new Map<ChannelId, number>();
  /** How far the last `read` of each channel was. */
  readonly #cursors = new Map<ChannelId, number>();
  /** Channels told of by `channel`, before their first event: what that tells of may come again, and is ignored. */
  readonly #justGained = new Set<ChannelId>();
  /** The last send of each channel that was answered: how it stood in the order of sending, and in the log. */
  readonly #order = new Map<ChannelId, { readonly turn: number; readonly seq: number }>();
  #turn = 0;
  #readyBytes = 0;
  #isGreeted = false;
  #isClosing = false;

  constructor(context: SimContext, deps: FrameMonitorDeps) {
    this.#context = context;
    this.#deps = deps;
    this.#openedMs = context.clock.elapsed();
  }

  /** A command has reached the server. */
  heard(text: string): void {
    const command = readCommand(text);
    if (command === null) return;
    const { oracle, clock } = this.#context;
    this.#turn += 1;
    if (command.type === 'send' && typeof command.id === 'string') {
      oracle.sendings.set(command.id, (oracle.sendings.get(command.id) ?? 0) + 1);
    }
    // A `ref` that is used twice says nothing about which of the two was answered.
    if (this.#asked.has(command.ref)) this.#asked.delete(command.ref);
    else this.#asked.set(command.ref, { command, atMs: clock.elapsed(), turn: this.#turn });
  }

  /** The server has begun to close: nothing follows. */
  closing(): void {
    this.#isClosing = true;
  }

  /** So much waits for the socket now, without the last frame: what is said at one moment is no fault of the reader's. */
  buffered(bytes: number): void {
    // What `ready` tells comes before there was a chance to read: it does not count.
    if (bytes > MAX_SEND_QUEUE_BYTES + this.#readyBytes) {
      this.#violate('G10 bounded', `${bytes} bytes wait for one reader`);
    }
  }

  wrote(bytes: Buffer): void {
    if (this.#isClosing) this.#violate('no bug shows', 'written after the close frame');
    for (const { frame, text } of framesOf(bytes)) {
      if (frame === null) this.#violate('no bug shows', `no client understands ${text.slice(0, 200)}`);
      else this.#judge(frame, text);
    }
  }

  #judge(frame: ServerFrame, text: string): void {
    this.#context.count(`frame ${frame.type}`);
    this.#context.note(() => `    > ${this.#deps.clientId} ${text.slice(0, 160)}`);
    if ((frame.type === 'ready') === this.#isGreeted) this.#violate('no bug shows', `${frame.type} out of turn`);
    this.#judgeSecrets(frame, text);
    if (isLogEvent(frame)) return this.#judgeEvent(frame);
    switch (frame.type) {
      case 'ready':
        this.#readyBytes = Buffer.byteLength(text) + 10;
        return this.#judgeReady(frame);
      case 'channel':
        this.#next.set(frame.channel.id, frame.channel.lastSeq + 1);
        this.#justGained.add(frame.channel.id);
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
        return this.#judgeReply(frame);
      case 'read':
        return this.#judgeCursor(frame);
      case 'typing':
      case 'user':
      case 'presence':
        return;
    }
  }

  /** Between nodes late news of a cursor must not take back what was told since. */
  #judgeCursor({ channel, seq }: ReadFrame): void {
    const before = this.#cursors.get(channel) ?? 0;
    if (this.#deps.isOneOfSeveral && seq < before) {
      this.#violate('G5 convergence', `the cursor in ${channel} goes back from ${before} to ${seq}`);
    }
    this.#cursors.set(channel, seq);
  }

  #judgeEvent(event: LogEvent): void {
    const { oracle } = this.#context;
    const place = `${event.channel}#${event.seq}`;
    const next = this.#next.get(event.channel);
    if (next === undefined) this.#violate('G6 members only', `${place} of a channel that it was not told of`);
    else if (event.seq < next && this.#justGained.has(event.channel)) {
      this.#context.count('told again after a gain');
    } else if (event.seq !== next) this.#violate('G4 no silent gap', `${place} where ${next} is next`);
    this.#justGained.delete(event.channel);
    this.#next.set(event.channel, event.seq + 1);
    const stored = oracle.channels.get(event.channel)?.log[event.seq - 1];
    if (stored === undefined) this.#violate('G1 durable', `${place} is told but not stored`);
    else if (sameEvent(oracle, event) === 'no') {
      this.#violate(
        'G3 one order',
        `${place} is told as ${JSON.stringify(event)}, stored as ${JSON.stringify(stored)}`,
      );
    }
  }

  #judgeReady(frame: ReadyFrame): void {
    const { oracle } = this.#context;
    const { user } = this.#deps;
    this.#isGreeted = true;
    for (const { id, lastSeq, readSeq, unread, mentions } of frame.channels) {
      this.#next.set(id, lastSeq + 1);
      const head = oracle.channels.get(id)?.log.length ?? 0;
      if (lastSeq > head) this.#violate('G1 durable', `ready tells ${id}#${lastSeq}, stored are ${head}`);
      const truth = oracle.unread(id, user, { readSeq, asOf: lastSeq });
      if (unread !== truth.unread || mentions !== truth.mentions) {
        const told = `${unread} unread and ${mentions} mentions`;
        this.#violate('G5 convergence', `ready tells ${told} in ${id}, it is ${truth.unread} and ${truth.mentions}`);
      }
    }
    const told = new Set(frame.channels.map(({ id }) => id));
    for (const { id, members } of oracle.channelsOf(user)) {
      const sinceMs = members.get(user)?.sinceMs ?? 0;
      if (!told.has(id) && sinceMs < this.#openedMs) this.#violate('G5 convergence', `ready leaves ${id} out`);
    }
  }

  #judgeReply(reply: Reply): void {
    if (reply.ref === undefined) return;
    const asked = this.#asked.get(reply.ref);
    if (asked === undefined) return;
    this.#asked.delete(reply.ref);
    for (const { guarantee, what } of judgeReply(this.#context, { user: this.#deps.user, asked, reply })) {
      this.#violate(guarantee, what);
    }
    if (reply.type === 'ok' && asked.command.type === 'send') this.#judgeOrder(reply, asked);
  }

  /** What one connection sends keeps its order, unless it was sent on another one as well. */
  #judgeOrder({ channel, seq }: Extract<Reply, { type: 'ok' }>, { command, atMs, turn }: Request): void {
    const { oracle } = this.#context;
    if (channel === undefined || seq === undefined || oracle.sendings.get(command.id ?? '') !== 1) return;
    const storedAtMs = oracle.channels.get(channel)?.storedAtMs[seq - 1] ?? 0;
    if (storedAtMs < atMs) return;
    const before = this.#order.get(channel);
    if (before !== undefined && turn > before.turn !== seq > before.seq) {
      this.#violate('G3 one order', `${channel}#${seq} was sent after ${channel}#${before.seq}, or before`);
    }
    this.#order.set(channel, { turn, seq });
  }

  /** Not one byte about a channel reaches someone who is not a member. */
  #judgeSecrets(frame: ServerFrame, text: string): void {
    const { oracle } = this.#context;
    const { user } = this.#deps;
    for (const channel of canariesIn(oracle, text)) {
      const truth = oracle.channels.get(channel);
      if (truth === undefined || truth.members.has(user)) continue;
      // These name a channel that the user named first, and say nothing of what happens in it.
      if (frame.type === 'removed' || frame.type === 'ok' || frame.type === 'error') continue;
      const past = truth.past.get(user);
      if (past === undefined) this.#violate('G6 members only', `${frame.type} tells a stranger of ${channel}: ${text}`);
      else if (toldUpTo(frame, channel) > past.seq) {
        this.#violate('G6 members only', `${text} tells of ${channel}, left at ${past.seq}`);
      } else if (isEphemeral(frame) && this.#context.faultFreeMs() > EPHEMERAL_GRACE_MS) {
        const agoMs = this.#context.clock.elapsed() - past.atMs;
        if (agoMs > EPHEMERAL_GRACE_MS) this.#violate('G6 members only', `${text}, ${agoMs} ms after leaving`);
      }
    }
  }

  #violate(guarantee: Parameters<SimContext['reportViolation']>[0], what: string): void {
    this.#context.reportViolation(guarantee, `to ${this.#deps.clientId} of ${this.#deps.user}: ${what}`);
  }
}

/** The last position of the channel's log that a frame says anything about; 0 for frames that tell none. */
function toldUpTo(frame: ServerFrame, channel: ChannelId): number {
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

/** The command, as far as it can be read. Null without a `ref`: such a command is not answered. */
function readCommand(text: string): Request['command'] | null {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || !('ref' in json) || typeof json.ref !== 'number') return null;
    return 'type' in json && typeof json.type === 'string' ? { ...json, type: json.type, ref: json.ref } : null;
  } catch {
    return null;
  }
}
