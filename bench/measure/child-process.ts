import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/**
 * The server under test runs alone on the first core; the load generator and this process share the second.
 * `both` is for a server with several threads next to a generator with a light load.
 */
export const CORES = { server: '0', generator: '1', both: '0,1' } as const;

export type Core = (typeof CORES)[keyof typeof CORES];

/** Whether processes can be pinned to cores. */
export const HAS_TASKSET = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const running = new Set<ChildProcess>();

// When this process exits, it kills the processes it started, and no others.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly core: Core;
}

/** A process that prints lines: first that it is ready, then its results. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly input: Writable;
  /** Output of a preloaded script, on file descriptor 3. */
  readonly probeOutput: Readable;
  /** Resolves with the next line on stdout. Rejects with the text on stderr when the process ends or times out instead. */
  nextLine(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a process on its core. Disposing sends SIGTERM, then SIGKILL after a timeout. */
export function startChild({ command, args, env = {}, core }: Command): Child {
  const [program, ...rest] = HAS_TASKSET ? ['taskset', '-c', core, command, ...args] : [command, ...args];
  const child = spawn(program ?? command, rest, {
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.stdin?.on('error', () => undefined);
  const errorOutput = collectErrors(child);
  const lines = readLines(child);
  return {
    pid: child.pid ?? 0,
    input: child.stdin,
    probeOutput: child.stdio[3] as Readable,
    async nextLine() {
      const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
      const line = await Promise.race([lines.next(), once(timeout, 'abort')]);
      if ('value' in line && line.done !== true) return line.value;
      throw new Error(`${command} ${args.join(' ')} printed no further line. On stderr:\n${errorOutput()}`);
    },
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      await stop(child);
    },
  };
}

function collectErrors(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-4_000);
  });
  return () => text;
}

function readLines(child: ChildProcess): AsyncIterator<string> {
  if (child.stdout === null) throw new Error('the child process has no stdout');
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timeout = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timeout);
}

/** Excludes other variables of the shell, so that only the benchmark configures a server. */
function inheritedEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** CPU time in seconds of all descendants of this process that have this name. */
export function cpuSecondsOfNamed(name: string): number {
  const parents = new Map<number, number>();
  const named: number[] = [];
  for (const entry of readdirSync('/proc')) {
    const found = /^\d+$/.test(entry) ? nameAndParentOf(Number(entry)) : null;
    if (found === null) continue;
    parents.set(Number(entry), found.parent);
    if (found.name === name) named.push(Number(entry));
  }
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  return named.filter(isOurs).reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

function nameAndParentOf(pid: number): { readonly name: string; readonly parent: number } | null {
  try {
    const [, name = '', parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    // The process has ended.
    return null;
  }
}

/** Runs `start` with this process pinned to a core; processes that `start` creates inherit the core unless they set their own. */
export async function onCore<T>(core: Command['core'], start: () => Promise<T>): Promise<T> {
  const own = affinity();
  affinity(core);
  try {
    return await start();
  } finally {
    affinity(own);
  }
}

/** Gets or sets the cores of this process, which its children inherit. */
function affinity(cores?: string): string {
  if (!HAS_TASKSET) return '';
  const given = cores === undefined ? [] : [cores];
  const { stdout } = spawnSync('taskset', ['-cp', ...given, String(process.pid)], { encoding: 'utf8' });
  return stdout.split(': ')[1]?.split('\n')[0] ?? '';
}

/** CPU time of a process and its threads, user and system, in seconds; the kernel’s resolution is 10 ms. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in bytes: current and peak. */
export function memoryOf(pid: number): { readonly residentBytes: number; readonly peakBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
  return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}

/** CPU time in seconds that all cores spent busy. */
export function machineCpuSeconds(): number {
  const [user, nice, system, , , irq, softirq, steal] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return [user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) / 100;
}
