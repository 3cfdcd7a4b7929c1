import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '@parley/testkit';
import { handshake } from '@parley/testkit/raw-socket';
import { makeFrame, type FrameSource } from '../frames/generate-frame.ts';
import { corruptFrames, corruptHandshake } from '../wire/corrupt-bytes.ts';
import { FrameReader } from '../wire/frame-reader.ts';
import { Finding, type Tally } from './findings.ts';
import { readServerFrame } from './parse-server-frame.ts';

export interface MalformedProbeOptions {
  readonly port: number;
  readonly token: string;
  readonly source: FrameSource;
  readonly secret: string;
  readonly tally: Tally;
}

/** How long to wait for the first bytes of a response. An incomplete request or frame gets none. */
const FIRST_RESPONSE_MS = { handshake: 500, frames: 10_000 } as const;
/** How long to wait for more bytes. */
const QUIET_MS = 100;
const MAX_FRAMES = 16;
const FIRST_NUMBER = 2 ** 40;

/** Opens connection `number` of a seed and sends a malformed handshake or malformed frames. Rejects with a `Finding`. */
export async function probeMalformed(deps: MalformedProbeOptions, number: number): Promise<void> {
  const random = new SeededRandom(`${deps.source.seed}/throw-away/${number}`);
  const tcp = connect({ port: deps.port, host: '127.0.0.1', noDelay: true });
  tcp.on('error', () => undefined); // The server may cut it.
  const listener = new Listener(deps, `malformed connection ${number}`);
  tcp.on('data', (chunk: Buffer) => listener.push(chunk));
  const closed = new Promise<void>((resolve) => void tcp.once('close', () => resolve()));
  const path = `/ws/${randomBytes(9).toString('base64url')}`;
  const request = Buffer.from(handshake(deps.port, path, { Authorization: `Bearer ${deps.token}` }));
  const kind = random.chance(0.2) ? 'handshake' : 'frames';
  if (kind === 'handshake') {
    deps.tally.add('malformed: handshakes');
    tcp.write(corruptHandshake(request, random));
  } else {
    tcp.write(Buffer.concat([request, framesOf(deps, number, random)]));
  }
  await Promise.race([sleep(FIRST_RESPONSE_MS[kind], undefined, { ref: false }), closed, listener.first]);
  await waitUntilQuiet({ tcp, closed, listener });
  tcp.destroy();
  listener.check();
}

function framesOf({ source, tally }: MalformedProbeOptions, number: number, random: SeededRandom): Buffer {
  const count = 1 + random.below(MAX_FRAMES);
  tally.add('malformed: frames', count);
  const first = FIRST_NUMBER + number * MAX_FRAMES;
  const texts = Array.from({ length: count }, (_, at) => makeFrame(source, first + at).text);
  return corruptFrames(texts, random);
}

interface OpenConnection {
  readonly tcp: Socket;
  readonly closed: Promise<void>;
  readonly listener: Listener;
}

async function waitUntilQuiet({ tcp, closed, listener }: OpenConnection): Promise<void> {
  let seen = -1;
  while (!tcp.destroyed && seen !== listener.receivedBytes) {
    seen = listener.receivedBytes;
    await Promise.race([sleep(QUIET_MS), closed]);
  }
}

/** Checks what the server answers: HTTP with a status below 500, then complete frames of the protocol. */
class Listener {
  receivedBytes = 0;
  /** Resolves with the first bytes. */
  readonly first: Promise<void>;
  #isFirst = (): void => undefined;
  readonly #options: MalformedProbeOptions;
  readonly #name: string;
  readonly #reader: FrameReader;
  #head: Buffer | null = Buffer.alloc(0);
  #problem: Finding | null = null;

  constructor(deps: MalformedProbeOptions, name: string) {
    this.#options = deps;
    this.#name = name;
    this.first = new Promise((resolve) => (this.#isFirst = resolve));
    this.#reader = new FrameReader({
      onText: (text) => {
        const frame = readServerFrame(text, deps.source.known, deps.secret);
        const isFailure = frame.type === 'error' && (frame.code === 'internal' || frame.code === 'unavailable');
        if (isFailure) throw new Finding(`the server answered ${text}`);
        deps.tally.add('malformed: replies');
      },
      onCloseFrame: (code) => {
        deps.tally.add(
          `malformed: closed ${code !== null && code >= 3_000 ? 'with the code it sent' : (code ?? 'without a code')}`,
        );
        if (code !== null && !mayBeSent(code)) throw new Finding(`closed with ${code}`);
      },
    });
  }

  push(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    this.#isFirst();
    try {
      if (this.#head === null) this.#reader.push(chunk);
      else this.#pushHead(Buffer.concat([this.#head, chunk]));
    } catch (error) {
      this.#problem ??= new Finding(`${this.#name}: ${String(error)}`);
    }
  }

  check(): void {
    if (this.#problem !== null) throw this.#problem;
  }

  #pushHead(bytes: Buffer): void {
    this.#head = bytes;
    const end = bytes.indexOf('\r\n\r\n');
    if (end === -1) return;
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(bytes.toString('latin1', 0, end))?.[1];
    this.#options.tally.add(`malformed: HTTP ${status ?? 'without a status'}`);
    const isAllowed = status !== undefined && Number(status) < 500;
    if (!isAllowed) throw new Finding(`answered ${bytes.toString('latin1', 0, 200)}`);
    if (status !== '101') return;
    this.#head = null;
    this.#reader.push(bytes.subarray(end + 4));
  }
}

/** Whether RFC 6455, section 7.4, and its registry allow the code in a close frame. */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
}
