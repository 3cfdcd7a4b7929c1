import { isDeepStrictEqual } from 'node:util';
import { serverFrame, type ReadyFrame, type Reply, type ServerFrame, type ServerFrameType } from '@parley/protocol';
import { WebSocket } from 'ws';

export interface RawClientOptions {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  readonly clientId: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Appended to the address, `?token=…`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
}

/**
 * The wire and nothing else: says what it is told, remembers what it hears. It believes nothing, so a frame that the
 * schemas don't describe to the letter fails whatever waits.
 */
export interface RawClient extends AsyncDisposable {
  readonly clientId: string;
  /** The subprotocol that the server answered; empty for none. */
  readonly subprotocol: string;
  readonly ready: ReadyFrame;
  /** Everything heard so far, in order. */
  readonly frames: readonly ServerFrame[];
  /** The same, as it came over the wire. */
  readonly texts: readonly string[];
  /** Resolves when the connection has ended; 1006 when it was cut. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Sends a frame as it stands. */
  send(frame: object): void;
  sendText(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** Sends a frame with a fresh `ref`, and waits for the reply that repeats it. */
  ask(frame: object): Promise<Reply>;
  /** The first frame of `type`, heard already or soon, that has the fields of `part`. */
  waitFor<T extends ServerFrameType>(type: T, part?: object): Promise<Extract<ServerFrame, { type: T }>>;
  /** The frames of `type` heard so far that have the fields of `part`. */
  received<T extends ServerFrameType>(type: T, part?: object): Extract<ServerFrame, { type: T }>[];
  /** Resolves when everything that was on its way to this client has arrived. */
  settle(): Promise<void>;
  /** Closes and waits until the server has answered. May be called twice. */
  close(): Promise<void>;
}

/** A handshake that was answered by something else than 101. */
export class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;

  constructor(status: number, headers: HandshakeRefused['headers'], body: string) {
    super(`the handshake was answered ${status}: ${body}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** Only ends a test that hangs: a busy machine may be slow. */
const WAIT_MS = 30_000;

/** Connects and waits for the first frame. Rejects with `HandshakeRefused`. */
export async function connectRaw(options: RawClientOptions): Promise<RawClient> {
  const { url, clientId, token, query = '', headers = {}, protocols = [] } = options;
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws/${clientId}${query}`, [...protocols], {
    headers: { ...authorization, ...headers },
    perMessageDeflate: false,
  });
  const ear = listen(socket);
  await opened(socket);
  const first = await ear.waitFor((frame) => frame, 'the first frame');
  if (first.type !== 'ready') throw new Error(`the first frame is ${first.type}, not ready`);
  return toClient(socket, { clientId, ear, ready: first });
}

interface FrameListener {
  readonly frames: ServerFrame[];
  readonly texts: string[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** The first frame, heard already or soon, for which `match` answers something. */
  waitFor<T>(match: (frame: ServerFrame) => T | undefined, what: string): Promise<T>;
}

interface ClientDeps {
  readonly clientId: string;
  readonly ear: FrameListener;
  readonly ready: ReadyFrame;
}

function toClient(socket: WebSocket, { clientId, ear, ready }: ClientDeps): RawClient {
  let lastRef = 0;

  function ask(frame: object): Promise<Reply> {
    lastRef += 1;
    const ref = lastRef;
    socket.send(JSON.stringify({ ...frame, ref }));
    return ear.waitFor((reply) => ('ref' in reply && reply.ref === ref ? reply : undefined), JSON.stringify(frame));
  }

  async function close(): Promise<void> {
    socket.close();
    await ear.closed;
  }

  return {
    clientId,
    subprotocol: socket.protocol,
    ready,
    frames: ear.frames,
    texts: ear.texts,
    closed: ear.closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendText: (text) => socket.send(text),
    sendBinary: (bytes) => socket.send(bytes, { binary: true }),
    ask,
    waitFor: (type, part = {}) =>
      ear.waitFor((frame) => (fits(frame, type, part) ? frame : undefined), `${type} ${JSON.stringify(part)}`),
    received: (type, part = {}) => ear.frames.filter((frame) => fits(frame, type, part)),
    settle: async () => void (await ask({ type: 'ping' })),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => reject(new HandshakeRefused(response.statusCode ?? 0, response.headers, body)));
      response.on('error', reject);
    });
  });
}

function listen(socket: WebSocket): FrameListener {
  const frames: ServerFrame[] = [];
  const texts: string[] = [];
  const waiting = new Set<{ readonly look: (frame: ServerFrame) => void; readonly fail: (error: Error) => void }>();
  let broken: Error | null = null;

  function failAll(error: Error): void {
    broken ??= error;
    for (const { fail } of waiting) fail(error);
  }

  socket.on('message', (data: Buffer, isBinary) => {
    const text = data.toString();
    texts.push(text);
    const frame = isBinary ? null : toFrame(text);
    if (frame === null) return failAll(new Error(`no schema describes ${text.slice(0, 500)}`));
    frames.push(frame);
    for (const { look } of waiting) look(frame);
  });
  socket.on('error', () => undefined); // It closes too, and that is what tests look at.
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      failAll(new Error(`closed with ${code} ${reason.toString()}`));
      resolve({ code, reason: reason.toString() });
    });
  });

  return {
    frames,
    texts,
    closed,
    waitFor: (match, what) =>
      new Promise((resolve, reject) => {
        for (const frame of frames) {
          const found = match(frame);
          if (found !== undefined) return resolve(found);
        }
        if (broken !== null) return reject(new Error(`${broken.message}, while waiting for ${what}`));
        const last = (): string => texts.slice(-3).join('\n').slice(0, 1_000);
        const timer = setTimeout(() => end(new Error(`waited for ${what}; heard last:\n${last()}`)), WAIT_MS);
        const waiter = {
          look(frame: ServerFrame) {
            const found = match(frame);
            if (found === undefined) return;
            resolve(found);
            end(null);
          },
          fail: (error: Error) => end(new Error(`${error.message}, while waiting for ${what}`)),
        };
        function end(error: Error | null): void {
          clearTimeout(timer);
          waiting.delete(waiter);
          if (error !== null) reject(error);
        }
        waiting.add(waiter);
      }),
  };
}

/** The frame, if the schemas describe it to the letter: no field missing, and none beyond. */
function toFrame(text: string): ServerFrame | null {
  const json: unknown = JSON.parse(text);
  const parsed = serverFrame.safeParse(json);
  return parsed.success && isDeepStrictEqual(parsed.data, json) ? parsed.data : null;
}

function fits<T extends ServerFrameType>(
  frame: ServerFrame,
  type: T,
  part: object,
): frame is Extract<ServerFrame, { type: T }> {
  return frame.type === type && includes(frame, part);
}

/** Every field of `part` is in `whole`, at every depth. */
function includes(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, value]) => includes((whole as Record<string, unknown>)[key], value));
}
