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
  /** What nobody but its reader may ever be told. */
  readonly secret: string;
  readonly tally: Tally;
  readonly open: (clientId: string, ear: Handlers) => Promise<FuzzConnection>;
  /** Number of the next frame; null when it was enough. */
  readonly next: () => number | null;
  /** Limits of the rate are on: refusals and closes for that reason are in order. */
  readonly isLimited: boolean;
}

/** After so many frames comes a ping, whose `pong` says that everything before it was looked at. */
const MARK_EVERY = 64;
/** Frames that wait for their answer, and their text: below what the server refuses. */
const MAX_DUE = 400;
const MAX_DUE_CHARS = 130_000;
const MAX_MARKS = 8;
const MAX_WAITING_BYTES = 1_000_000;
/** Refs of marks are beyond those of frames. */
const FIRST_BARRIER = 2 ** 51;
/** So long a server under this load may be silent, on a machine that does other things as well. */
const PATIENCE_MS = 60_000;

/** One hostile connection after the other: says frames as fast as they are looked at, and holds every answer against them. */
export class Attacker {
  readonly #parts: AttackerOptions;
  #line: FuzzConnection | null = null;
  #due: ExpectedReplies;
  #marks = 0;
  #lastMark = FIRST_BARRIER;
  #lastHeardMs = performance.now();
  #finding: Finding | null = null;

  constructor(deps: AttackerOptions) {
    this.#parts = deps;
    this.#due = new ExpectedReplies(deps.source.known);
  }

  /** Says its frames. Rejects with a `Finding`. */
  async run(): Promise<void> {
    const { next, source } = this.#parts;
    let sinceMark = 0;
    for (let number = next(); number !== null; number = next()) {
      this.#line ??= await this.#open();
      this.#say(makeFrame(source, number));
      sinceMark += 1;
      if (sinceMark < MARK_EVERY && this.#due.chars < MAX_DUE_CHARS) continue;
      sinceMark = 0;
      this.#mark();
      await this.#keepUp(() => this.#isBusy());
    }
    this.#mark();
    await this.#keepUp(() => this.#marks > 0 || this.#due.size > 0);
    if (!this.#parts.isLimited) this.#due.settled();
    this.#line?.close();
  }

  #isBusy(): boolean {
    const { size, chars } = this.#due;
    const waiting = this.#line?.waitingBytes ?? 0;
    return size > MAX_DUE || chars > MAX_DUE_CHARS || this.#marks > MAX_MARKS || waiting > MAX_WAITING_BYTES;
  }

  #say(frame: FuzzFrame): void {
    this.#parts.tally.add(`frames ${frame.kind}`);
    checkMaking(frame);
    this.#due.said(frame);
    this.#line?.send(frame.text, frame.number);
  }

  #mark(): void {
    this.#lastMark += 1;
    this.#marks += 1;
    this.#parts.tally.add('marks');
    const frame = pingFrame(this.#lastMark);
    this.#due.said(frame);
    this.#line?.send(frame.text, 0);
    this.#line?.flush();
  }

  /** Waits while there is something to wait for. */
  async #keepUp(isWaiting: () => boolean): Promise<void> {
    await setImmediate();
    for (let turns = 0; this.#line !== null && isWaiting(); turns += 1) {
      if (this.#finding !== null) throw this.#finding;
      const silentMs = performance.now() - this.#lastHeardMs;
      if (silentMs > PATIENCE_MS) throw new Finding(`no answer for ${PATIENCE_MS} ms`, this.#due.frames());
      await (turns < 20 ? setImmediate() : sleep(1));
    }
    if (this.#finding !== null) throw this.#finding;
  }

  async #open(): Promise<FuzzConnection> {
    this.#due = new ExpectedReplies(this.#parts.source.known);
    this.#marks = 0;
    this.#lastHeardMs = performance.now();
    this.#parts.tally.add('connections');
    const due = this.#due;
    // A line that ended may have something to say still, when the next one is there already.
    const ifCurrent = (task: () => void): void => {
      if (this.#due === due) this.#guard(task);
    };
    return this.#parts.open(randomBytes(12).toString('base64url'), {
      text: (text) => ifCurrent(() => this.#hear(text)),
      broken: (error) => ifCurrent(() => fail(`the server broke the wire: ${error.message}`)),
      ended: (code) => ifCurrent(() => this.#ended(code)),
    });
  }

  /** Findings are told by `run`, not to whoever brought the bytes. */
  #guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#finding ??= error instanceof Finding ? error : new Finding(String(error));
    }
  }

  #hear(text: string): void {
    const { source, secret, tally } = this.#parts;
    this.#lastHeardMs = performance.now();
    const frame = readServerFrame(text, source.known, secret);
    tally.add(frame.type === 'error' ? `heard error ${frame.code}` : `heard ${frame.type}`);
    if (!isReply(frame)) return;
    this.#due.heard(frame);
    if (frame.ref === undefined || frame.ref <= FIRST_BARRIER || frame.ref > this.#lastMark) return;
    this.#marks -= 1;
  }

  #ended(code: number | null): void {
    const { isLimited, tally } = this.#parts;
    tally.add(`closed ${code ?? 'without a code'}`);
    if (!isLimited || code !== CLOSE.flooding) {
      throw new Finding(`the server closed with ${code ?? 'nothing'}`, this.#due.frames());
    }
    this.#line = null;
  }
}

function isReply(frame: ServerFrame): frame is Reply {
  return ['ok', 'error', 'events', 'reset', 'messages', 'pong'].includes(frame.type);
}

function fail(message: string): never {
  throw new Finding(message);
}

/** The decoder is the protocol's own, and as much on trial as the server. */
function checkMaking(frame: FuzzFrame): void {
  const { kind, decoded } = frame;
  if (kind === 'valid' && !decoded.ok) throw new Finding(`a valid frame is refused: ${decoded.error.message}`, [frame]);
  if ((kind === 'alien' || kind === 'truncated' || kind === 'no object') && decoded.ok) {
    throw new Finding(`what is no valid frame is understood`, [frame]);
  }
}
