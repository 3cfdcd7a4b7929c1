import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORK } from './build.ts';
import { CORES, startChild, type Child } from './child-process.ts';

/** A client to connect: its request path and token. */
export interface Client {
  readonly path: string;
  readonly token: string;
  /** Frames to send once the connection is ready, and the number of messages after which the client has caught up. */
  readonly catchUp?: { readonly frames: readonly string[]; readonly messages: number };
}

export interface Dialect {
  /** The frame a client sends right after the upgrade. */
  readonly hello: string | null;
  /** Part of the frame that completes the handshake; null when the upgrade completes it. */
  readonly ready: string | null;
}

/**
 * A sending connection, its frame, and the number of connections that receive it. The generator fills in runs of letters:
 * T time (16), S slot (6, after the time and in `"ref":1SSSSSS`), I the time of a UUID of version 7 and R digits unique to the message.
 */
export interface Sender {
  readonly connection: number;
  readonly text: string;
  readonly receivers: number;
}

export interface StreamOptions {
  /** Number of messages in flight; with `perSecond`, the maximum. */
  readonly inFlight: number;
  /** A fixed rate, with latency measured from the time each message was due. Without it, a message is sent when one is done. */
  readonly perSecond?: number;
  /** A message is done when all receivers have it, when it is acknowledged, or immediately. */
  readonly done: 'delivered' | 'acknowledged' | 'sent';
  readonly senders: readonly Sender[];
}

export interface Latency {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

export interface StreamReport {
  readonly sent: number;
  readonly finished: number;
  readonly deliveries: number;
  /** Messages of a paced stream that were skipped because too many were in flight. */
  readonly overruns: number;
  /** One sample per delivery. */
  readonly delivery: Latency;
  /** One sample per message, from sending until it was done. */
  readonly answer: Latency;
}

export interface Report {
  readonly seconds: number;
  readonly busySeconds: number;
  readonly frames: number;
  readonly bytes: number;
  readonly reads: number;
  readonly closed: number;
  readonly errors: number;
  readonly firstError: string;
  readonly streams: readonly StreamReport[];
}

export interface Dialed {
  readonly count: number;
  readonly seconds: number;
  /** From the first SYN until the client is ready, or has caught up. */
  readonly whole: Latency;
}

/** The load generator, a process of its own. */
export interface Generator extends AsyncDisposable {
  readonly pid: number;
  /** Connects clients, at most `parallel` handshakes at once; the first becomes connection `first`. Rejects when one fails. */
  dial(options: DialOptions): Promise<Dialed>;
  drop(first: number, count: number): Promise<void>;
  addStream(options: StreamOptions): Promise<void>;
  start(): Promise<void>;
  /** Resets the figures. */
  mark(): Promise<void>;
  report(): Promise<Report>;
  /** Waits until nothing is in flight and removes the streams; rejects when messages were lost. */
  stop(): Promise<void>;
}

export interface DialOptions {
  readonly port: number;
  readonly dialect: Dialect;
  readonly clients: readonly Client[];
  readonly first?: number;
  readonly parallel?: number;
}

/** Clients use several source addresses: an address has a limited number of ports, and servers may limit connections per address. */
const SOURCES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];
const PARALLEL_HANDSHAKES = 128;

export function startGenerator(program: string): Generator {
  const folder = mkdtempSync(join(WORK, 'lists-'));
  const child = startChild({ command: program, args: [], core: CORES.generator });
  let lists = 0;

  function writeList(lines: readonly string[]): string {
    lists += 1;
    const path = join(folder, String(lists));
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  return {
    pid: child.pid,
    async dial({ port, dialect, clients, first = 0, parallel = PARALLEL_HANDSHAKES }) {
      const header = `hello=${dialect.hello ?? '-'}\tready=${dialect.ready ?? '-'}`;
      const list = writeList([header, ...clients.map((client, index) => clientLine(client, index, port))]);
      const dialed = await ask<Dialed & { refused: number; firstError: string }>(
        child,
        `dial ${first} ${parallel} ${list}`,
      );
      if (dialed.refused > 0) throw new Error(`${dialed.refused} connections were refused: ${dialed.firstError}`);
      return dialed;
    },
    drop: async (first, count) => void (await ask(child, `drop ${first} ${count}`)),
    async addStream({ inFlight, perSecond = 0, done, senders }) {
      const list = writeList(senders.map(({ connection, receivers, text }) => `${connection}\t${receivers}\t${text}`));
      await ask(child, `stream ${inFlight} ${perSecond} ${done} ${list}`);
    },
    start: async () => void (await ask(child, 'start')),
    mark: async () => void (await ask(child, 'mark')),
    report: () => ask<Report>(child, 'report'),
    async stop() {
      const { lost } = await ask<{ lost: number }>(child, 'stop');
      const { firstError } = await ask<Report>(child, 'report');
      await ask(child, 'clear');
      if (lost > 0) throw new Error(`${lost} messages were not done within 20 s. First error: ${firstError || 'none'}`);
    },
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The response is not validated: generator and benchmark are one version. */
async function ask<T>(child: Child, command: string): Promise<T> {
  child.input.write(`${command}\n`);
  return JSON.parse(await child.nextLine()) as T;
}

function clientLine({ path, token, catchUp }: Client, index: number, port: number): string {
  const source = SOURCES[index % SOURCES.length] ?? '';
  return [source, port, path, token, catchUp?.messages ?? 0, ...(catchUp?.frames ?? [])].join('\t');
}
