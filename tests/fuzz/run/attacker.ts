import { randomBytes } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { CLOSE, type Reply, type ServerFrame } from '@parley/protocol';
import { pingFrame, makeFrame, type FrameSource, type FuzzFrame } from '../frames/generate-frame.ts';
import type { Handlers, FuzzConnection } from '../wire/connection.ts';
import { ExpectedReplies } from './expected-replies.ts';
import { Finding, type Tally } from './findings.ts';
import { readServerFrame } from './parse-server-frame.ts';

export interface AttackerOptions {
  readonly source: FrameSource;
  /** A text that no attacker may receive. */
  readonly secret: string;
  readonly tally: Tally;
  readonly open: (clientId: string, handlers: Handlers) => Promise<FuzzConnection>;
  /** The number of the next frame; null at the end. */
  readonly next: () => number | null;
  /** Whether the rate limits are on: then they may refuse frames and close connections. */
  readonly isLimited: boolean;
}

/** Frames before each barrier: a ping, whose `pong` shows that everything before it was processed. */
const BARRIER_EVERY = 64;
/** Frames without a reply, and the length of their text: below the limits of the server. */
const MAX_PENDING = 400;
const MAX_PENDING_CHARS = 130_000;
const MAX_BARRIERS = 8;
const MAX_WAITING_BYTES = 1_000_000;
/** The refs of barriers are higher than those of frames. */
const FIRST_BARRIER = 2 ** 51;
/** Only ends a run that hangs: under this load, a server on a busy machine may be silent for a while. */
const HANG_MS = 60_000;

/** Sends hostile frames as fast as the server processes them, on one connection after the other, and checks every reply. */
export class Attacker {
  readonly #options: AttackerOptions;
  #connection: FuzzConnection | null = null;
  #replies: ExpectedReplies;
  #barriers = 0;
  #lastBarrier = FIRST_BARRIER;
  #lastReceivedMs = performance.now();
  #finding: Finding | null = null;

  constructor(deps: AttackerOptions) {
    this.#options = deps;
    this.#replies = new ExpectedReplies(deps.source.known);
  }

  /** Sends its frames. Rejects with a `Finding`. */
  async run(): Promise<void> {
    const { next, source } = this.#options;
    let sinceBarrier = 0;
    for (let number = next(); number !== null; number = next()) {
      this.#connection ??= await this.#open();
      this.#send(makeFrame(source, number));
      sinceBarrier += 1;
      if (sinceBarrier < BARRIER_EVERY && this.#replies.chars < MAX_PENDING_CHARS) continue;
      sinceBarrier = 0;
      this.#sendBarrier();
      await this.#waitWhile(() => this.#isBusy());
    }
    this.#sendBarrier();
    await this.#waitWhile(() => this.#barriers > 0 || this.#replies.size > 0);
    if (!this.#options.isLimited) this.#replies.checkComplete();
    this.#connection?.close();
  }

  #isBusy(): boolean {
    const { size, chars } = this.#replies;
    const waiting = this.#connection?.waitingBytes ?? 0;
    return (
      size > MAX_PENDING || chars > MAX_PENDING_CHARS || this.#barriers > MAX_BARRIERS || waiting > MAX_WAITING_BYTES
    );
  }

  #send(frame: FuzzFrame): void {
    this.#options.tally.add(`frames ${frame.kind}`);
    checkDecoding(frame);
    this.#replies.sent(frame);
    this.#connection?.send(frame.text, frame.number);
  }

  #sendBarrier(): void {
    this.#lastBarrier += 1;
    this.#barriers += 1;
    this.#options.tally.add('barriers');
    const frame = pingFrame(this.#lastBarrier);
    this.#replies.sent(frame);
    this.#connection?.send(frame.text, 0);
    this.#connection?.flush();
  }

  /** Waits while `isWaiting`. Rejects with the first finding. */
  async #waitWhile(isWaiting: () => boolean): Promise<void> {
    await setImmediate();
    for (let turns = 0; this.#connection !== null && isWaiting(); turns += 1) {
      if (this.#finding !== null) throw this.#finding;
      const silentMs = performance.now() - this.#lastReceivedMs;
      if (silentMs > HANG_MS) throw new Finding(`no answer for ${HANG_MS} ms`, this.#replies.frames());
      await (turns < 20 ? setImmediate() : sleep(1));
    }
    if (this.#finding !== null) throw this.#finding;
  }

  async #open(): Promise<FuzzConnection> {
    this.#replies = new ExpectedReplies(this.#options.source.known);
    this.#barriers = 0;
    this.#lastReceivedMs = performance.now();
    this.#options.tally.add('connections');
    const replies = this.#replies;
    // A closed connection may still deliver something when the next one is open already.
    const ifCurrent = (task: () => void): void => {
      if (this.#replies === replies) this.#guard(task);
    };
    return this.#options.open(randomBytes(12).toString('base64url'), {
      onText: (text) => ifCurrent(() => this.#onText(text)),
      onProtocolError: (error) => ifCurrent(() => fail(`the server violated RFC 6455: ${error.message}`)),
      onClose: (code) => ifCurrent(() => this.#onClose(code)),
    });
  }

  /** Keeps a finding for `run`: the caller is a socket. */
  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#finding ??= error instanceof Finding ? error : new Finding(String(error));
    }
  }

  #onText(text: string): void {
    const { source, secret, tally } = this.#options;
    this.#lastReceivedMs = performance.now();
    const frame = readServerFrame(text, source.known, secret);
    tally.add(frame.type === 'error' ? `received error ${frame.code}` : `received ${frame.type}`);
    if (!isReply(frame)) return;
    this.#replies.received(frame);
    if (frame.ref === undefined || frame.ref <= FIRST_BARRIER || frame.ref > this.#lastBarrier) return;
    this.#barriers -= 1;
  }

  #onClose(code: number | null): void {
    const { isLimited, tally } = this.#options;
    tally.add(`closed ${code ?? 'without a code'}`);
    if (!isLimited || code !== CLOSE.flooding) {
      throw new Finding(`the server closed with ${code ?? 'nothing'}`, this.#replies.frames());
    }
    this.#connection = null;
  }
}

function isReply(frame: ServerFrame): frame is Reply {
  return ['ok', 'error', 'events', 'reset', 'messages', 'pong'].includes(frame.type);
}

function fail(message: string): never {
  throw new Finding(message);
}

/** Checks the protocol's own decoder, which the frames are generated against. */
function checkDecoding(frame: FuzzFrame): void {
  const { kind, decoded } = frame;
  if (kind === 'valid' && !decoded.ok) throw new Finding(`a valid frame is refused: ${decoded.error.message}`, [frame]);
  if ((kind === 'unknown field' || kind === 'truncated' || kind === 'not an object') && decoded.ok) {
    throw new Finding(`an invalid frame is accepted`, [frame]);
  }
}
