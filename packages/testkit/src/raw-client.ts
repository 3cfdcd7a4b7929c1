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
  /** How long `ask` and `waitFor` wait; Infinity as long as the connection lasts. Default 30 s, which only ends a test that hangs. */
  readonly timeoutMs?: number;
  /** Is called with everything that crosses the connection. */
  readonly recorder?: TrafficRecorder;
}

export interface TrafficRecorder {
  /** Called before the text is written. */
  sent(text: string): void;
  received(text: string): void;
  /** Called once, also for a connection that was never open. */
  closed(code: number): void;
}

/**
 * A client without any logic of its own: it sends what tests ask for and keeps all frames it receives. A frame that the
 * schemas do not describe exactly breaks it: everything that waits then fails.
 */
export interface RawClient extends AsyncDisposable {
  readonly clientId: string;
  /** The subprotocol that the server chose; empty for none. */
  readonly subprotocol: string;
  readonly ready: ReadyFrame;
  readonly isOpen: boolean;
  /** All frames received so far, in order. */
  readonly frames: readonly ServerFrame[];
  /** The same as text. */
  readonly texts: readonly string[];
  /** Resolves when the connection has ended; 1006 when it was cut. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** Sends a frame without a `ref`. */
  send(frame: object): void;
  sendText(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** Sends a frame with a fresh `ref`, and waits for the reply that repeats it. */
  ask(frame: object): Promise<Reply>;
  /** The first frame of `type` that has the fields of `part`, among those received and those to come. */
  waitFor<T extends ServerFrameType>(type: T, part?: object): Promise<Extract<ServerFrame, { type: T }>>;
  /** The frames of `type` received so far that have the fields of `part`. */
  received<T extends ServerFrameType>(type: T, part?: object): Extract<ServerFrame, { type: T }>[];
  /** Resolves when everything that was on its way to this client has arrived. */
  settle(): Promise<void>;
  /** Closes and waits until the server has answered. May be called twice. */
  close(): Promise<void>;
}

/** A handshake that was answered with another status than 101. */
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

const DEFAULT_TIMEOUT_MS = 30_000;

/** Connects and waits for the first frame. Rejects with `HandshakeRefused`. */
export async function connectRaw(options: RawClientOptions): Promise<RawClient> {
  const { url, clientId, token, query = '', headers = {}, protocols = [] } = options;
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws/${clientId}${query}`, [...protocols], {
    headers: { ...authorization, ...headers },
    perMessageDeflate: false,
  });
  const listener = listen(socket, options);
  await opened(socket);
  const first = await listener.waitFor((frame) => frame, 'the first frame');
  if (first.type !== 'ready') throw new Error(`the first frame is ${first.type}, not ready`);
  return toClient(socket, { clientId, listener, ready: first, recorder: options.recorder });
}

interface FrameListener {
  readonly frames: ServerFrame[];
  readonly texts: string[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** What `match` finds in the first frame in which it finds anything, from frame number `from` on. */
  waitFor<T>(match: (frame: ServerFrame) => T | undefined, what: string, from?: number): Promise<T>;
}

interface ClientDeps {
  readonly clientId: string;
  readonly listener: FrameListener;
  readonly ready: ReadyFrame;
  readonly recorder: TrafficRecorder | undefined;
}

function toClient(socket: WebSocket, { clientId, listener, ready, recorder }: ClientDeps): RawClient {
  let lastRef = 0;

  function sendText(text: string): void {
    recorder?.sent(text);
    socket.send(text);
  }

  function ask(frame: object): Promise<Reply> {
    lastRef += 1;
    const ref = lastRef;
    const { length } = listener.frames;
    sendText(JSON.stringify({ ...frame, ref }));
    const isReply = (reply: ServerFrame) => ('ref' in reply && reply.ref === ref ? reply : undefined);
    return listener.waitFor(isReply, JSON.stringify(frame), length);
  }

  async function close(): Promise<void> {
    socket.close();
    await listener.closed;
  }

  return {
    clientId,
    subprotocol: socket.protocol,
    ready,
    frames: listener.frames,
    texts: listener.texts,
    closed: listener.closed,
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    send: (frame) => sendText(JSON.stringify(frame)),
    sendText,
    sendBinary: (bytes) => socket.send(bytes, { binary: true }),
    ask,
    waitFor: (type, part = {}) =>
      listener.waitFor((frame) => (fits(frame, type, part) ? frame : undefined), `${type} ${JSON.stringify(part)}`),
    received: (type, part = {}) => listener.frames.filter((frame) => fits(frame, type, part)),
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

function listen(socket: WebSocket, { timeoutMs = DEFAULT_TIMEOUT_MS, recorder }: RawClientOptions): FrameListener {
  const frames: ServerFrame[] = [];
  const texts: string[] = [];
  const waiting = new Set<{ readonly onFrame: (frame: ServerFrame) => void; readonly fail: (error: Error) => void }>();
  let broken: Error | null = null;

  function failAll(error: Error): void {
    broken ??= error;
    for (const { fail } of waiting) fail(error);
  }

  socket.on('message', (data: Buffer, isBinary) => {
    const text = data.toString();
    recorder?.received(text);
    texts.push(text);
    const frame = isBinary ? null : toFrame(text);
    if (frame === null) return failAll(new Error(`no schema describes ${text.slice(0, 500)}`));
    frames.push(frame);
    for (const { onFrame } of waiting) onFrame(frame);
  });
  socket.on('error', () => undefined); // 'close' follows.
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      recorder?.closed(code);
      failAll(new Error(`closed with ${code} ${reason.toString()}`));
      resolve({ code, reason: reason.toString() });
    });
  });

  return {
    frames,
    texts,
    closed,
    waitFor: (match, what, from = 0) =>
      new Promise((resolve, reject) => {
        for (const frame of frames.slice(from)) {
          const found = match(frame);
          if (found !== undefined) return resolve(found);
        }
        if (broken !== null) return reject(new Error(`${broken.message}, while waiting for ${what}`));
        const last = (): string => texts.slice(-3).join('\n').slice(0, 1_000);
        const onTimeout = (): void => end(new Error(`waited for ${what}; received last:\n${last()}`));
        const timer = Number.isFinite(timeoutMs) ? setTimeout(onTimeout, timeoutMs) : undefined;
        const waiter = {
          onFrame(frame: ServerFrame) {
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

/** The frame, if the schemas describe it exactly: no field is missing and none is added. */
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
