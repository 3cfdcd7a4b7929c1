import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, freePort, hasEnded } from './processes.ts';

/** Generous: several servers may start at the same time on a busy machine. */
const START_TIMEOUT_MS = 60_000;
/** Time from SIGTERM to SIGKILL. */
const STOP_TIMEOUT_MS = 10_000;
/** The start of the line in which a server prints its address. */
const LISTENS = 'Parley is at ';
const ROOT = join(import.meta.dirname, '../../..');
/** Characters of output in the error when a server does not start. */
const MAX_SHOWN_CHARS = 5_000;

export interface ServerOptions {
  /** Added to a small, fixed environment; `PORT` and `PARLEY_DATA` may be overridden. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A server process with its own port and data folder, which both survive `restart`. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly dataFolder: string;
  /** The id of the running process; 0 without one. */
  pid(): number;
  /** Sends `signal` and waits for the exit. Answers the exit code, null when a signal ended the process. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Sends `signal` without waiting. */
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code once the process has exited; null when a signal ended it. */
  ended(): Promise<number | null>;
  /** Starts it again on the same port and data after it has exited. Rejects when it exits before it is healthy. */
  start(): Promise<void>;
  /** Stops it with SIGTERM when it runs, then starts it again. */
  restart(): Promise<void>;
  /** Stops it (SIGTERM, and SIGKILL after 10 s) and removes its data. May be called twice. */
  stop(): Promise<void>;
  /** Everything it has printed, over all its starts. */
  output(): string;
}

/** Starts a server and waits until it answers `GET /healthz` with 200. */
export async function startServer(options: ServerOptions = {}): Promise<ServerProcess> {
  const port = Number(options.env?.['PORT'] ?? (await freePort()));
  const temporaryFolder = mkdtempSync(join(tmpdir(), 'parley-data-'));
  const dataFolder = options.env?.['PARLEY_DATA'] ?? temporaryFolder;
  const url = `http://127.0.0.1:${port}`;
  const env = { ...inheritedEnvironment(), PORT: String(port), PARLEY_DATA: dataFolder, ...options.env };
  let printed = '';
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const before = printed.length;
    child = spawn(process.execPath, ['packages/server/src/main.ts'], { cwd: ROOT, env });
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    // Another server may answer on the same port: only the output shows that this one listens.
    const listens = (): boolean => printed.slice(before).includes(LISTENS);
    await waitUntilHealthy(child, { url, listens, timeoutMs: START_TIMEOUT_MS }).catch(async (error: unknown) => {
      await end(child, 'SIGKILL');
      throw new Error(`The server did not become healthy. It printed last:\n${printed.slice(-MAX_SHOWN_CHARS)}`, {
        cause: error,
      });
    });
  }

  const killOnExit = (): void => void child?.kill('SIGKILL');
  process.once('exit', killOnExit); // An interrupted test run leaves no server behind.

  async function stop(): Promise<void> {
    process.off('exit', killOnExit);
    await end(child, 'SIGTERM');
    rmSync(temporaryFolder, { recursive: true, force: true });
  }

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url,
    port,
    dataFolder,
    output: () => printed,
    pid: () => (child === undefined || hasEnded(child) ? 0 : (child.pid ?? 0)),
    kill: (signal) => end(child, signal),
    signal: (signal) => void child?.kill(signal),
    async ended() {
      if (child !== undefined && !hasEnded(child)) await once(child, 'exit');
      return child?.exitCode ?? null;
    },
    start,
    async restart() {
      await end(child, 'SIGTERM');
      await start();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The variables that any program needs. Settings of the server come from the test, never from the shell. */
function inheritedEnvironment(): Record<string, string> {
  const cache = { NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/compiled') }; // Saves a third of the start-up work.
  const kept = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG'].map((name) => [name, process.env[name]] as const);
  const inherited = kept.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(inherited), ...cache };
}

interface HealthCheck {
  readonly url: string;
  /** Whether the server has printed that it listens. */
  readonly listens: () => boolean;
  readonly timeoutMs: number;
}

async function waitUntilHealthy(child: ChildProcess, { url, listens, timeoutMs }: HealthCheck): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (hasEnded(child)) throw new Error(`ended with ${child.exitCode ?? child.signalCode}`);
    const response = listens() ? await fetch(`${url}/healthz`).catch(() => null) : null;
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await sleep(25);
  }
  throw new Error(`not healthy after ${timeoutMs} ms`);
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<number | null> {
  if (child === undefined) return null;
  await endProcess(child, { signal, timeoutMs: STOP_TIMEOUT_MS });
  return child.exitCode;
}
