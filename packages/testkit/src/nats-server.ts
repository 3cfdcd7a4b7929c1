import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, hasEnded, isProgram } from './processes.ts';

export interface NatsOptions {
  /** Lines of a configuration file, beside address and ports. */
  readonly config?: string;
}

/** A NATS server on the loopback interface, which keeps its port until it is disposed. */
export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** With `SIGKILL` it resolves after the exit, with the others immediately. */
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Stops it in order and waits until it has exited. Does nothing when it does not run. */
  stop(): Promise<void>;
  /** Starts it again on the same port. Does nothing when it runs. */
  start(): Promise<void>;
  /** Queries its monitoring endpoint, e.g. `/connz?subs=1`. */
  monitor(path: string): Promise<unknown>;
  /** The end of what it has printed. */
  output(): string;
}

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 10_000;
const MAX_OUTPUT_CHARS = 20_000;

/** Whether `startNats` finds it. */
export function isNatsInstalled(): boolean {
  return findProgram() !== null;
}

/** Rejects with a sentence when it is not installed. */
export async function startNats(options: NatsOptions = {}): Promise<NatsServer> {
  const program = findProgram();
  if (program === null) throw new Error('NATS is not installed: no nats-server in PATH or /usr/sbin.');
  const server = new Server(program, options.config ?? '');
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

interface Ports {
  readonly nats: readonly string[];
  readonly monitoring: readonly string[];
}

class Server implements NatsServer {
  readonly #program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'parley-nats-'));
  #port = -1;
  #monitoring = '';
  #process: ChildProcess | null = null;
  #output = '';
  readonly #killOnExit = (): void => void this.#process?.kill('SIGKILL');

  constructor(program: string, config: string) {
    this.#program = program;
    writeFileSync(join(this.#folder, 'nats.conf'), config);
    process.once('exit', this.#killOnExit); // An interrupted test run leaves no server behind.
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** On the first start NATS chooses its ports, so that no other program can take them in between. */
  async start(): Promise<void> {
    if (this.#process !== null && !hasEnded(this.#process)) return;
    const started = this.#spawn();
    this.#process = started;
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (performance.now() < deadline && !hasEnded(started)) {
      const ports = this.#portsOf(started);
      if (ports !== null) {
        this.#port = Number(new URL(ports.nats[0]!).port);
        this.#monitoring = ports.monitoring[0]!;
        return;
      }
      await sleep(10);
    }
    throw new Error(`NATS did not start. It printed:\n${this.#output}`);
  }

  async kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    if (signal === 'SIGKILL') await this.#end(signal);
    else this.#process?.kill(signal);
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async monitor(path: string): Promise<unknown> {
    return (await fetch(new URL(path, this.#monitoring))).json();
  }

  output(): string {
    return this.#output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL');
    process.off('exit', this.#killOnExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(): ChildProcess {
    const where = ['-a', '127.0.0.1', '-p', String(this.#port), '-m', '-1', '--ports_file_dir', this.#folder];
    const started = spawn(this.#program, ['-c', join(this.#folder, 'nats.conf'), ...where], {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const note = (text: string): void => {
      this.#output = (this.#output + text).slice(-MAX_OUTPUT_CHARS);
    };
    started.on('error', (error) => note(String(error)));
    started.stderr?.on('data', (chunk: Buffer) => note(chunk.toString()));
    return started;
  }

  /** The ports, from the file that NATS writes once it listens; null before. */
  #portsOf({ pid }: ChildProcess): Ports | null {
    try {
      return JSON.parse(readFileSync(join(this.#folder, `nats-server_${pid}.ports`), 'utf8')) as Ports;
    } catch {
      return null;
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running !== null) await endProcess(running, { signal, timeoutMs: STOP_TIMEOUT_MS });
  }
}

/** Debian installs it in a folder that only the PATH of root contains. */
function findProgram(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const paths = folders.filter((folder) => folder !== '').map((folder) => join(folder, 'nats-server'));
  return paths.find(isProgram) ?? null;
}
