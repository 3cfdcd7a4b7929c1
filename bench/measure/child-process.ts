import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/**
 * The server under test has the first core for itself; the load generator and everything else here share the second.
 * `both` is for a server with more threads than one, beside a generator that has little to do.
 */
export const CORES = { server: '0', generator: '1', both: '0,1' } as const;

export type Core = (typeof CORES)[keyof typeof CORES];

/** Programs that may be missing on the machine. */
export const HAS_TASKSET = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

const START_PATIENCE_MS = 60_000;
const END_PATIENCE_MS = 30_000;
const running = new Set<ChildProcess>();

// Whatever ends this process takes along what it started, and nothing else.
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

/** A process that says something in lines, among them that it is ready. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly input: Writable;
  /** A pipe for what a preloaded script says: file descriptor 3. */
  readonly aside: Readable;
  /** The next line it prints. Rejects when it ends instead, with what it said on stderr. */
  nextLine(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a process on its core. Disposing ends it: SIGTERM, and SIGKILL when that does not help. */
export function startChild({ command, args, env = {}, core }: Command): Child {
  const [program, ...rest] = HAS_TASKSET ? ['taskset', '-c', core, command, ...args] : [command, ...args];
  const child = spawn(program ?? command, rest, {
    env: { ...surroundings(), ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.stdin?.on('error', () => undefined);
  const said = collectErrors(child);
  const lines = readLines(child);
  return {
    pid: child.pid ?? 0,
    input: child.stdin,
    aside: child.stdio[3] as Readable,
    async nextLine() {
      const patience = AbortSignal.timeout(START_PATIENCE_MS);
      const line = await Promise.race([lines.next(), once(patience, 'abort')]);
      if ('value' in line && line.done !== true) return line.value;
      throw new Error(`${command} ${args.join(' ')} said nothing more. On stderr:\n${said()}`);
    },
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      await end(child);
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
  if (child.stdout === null) throw new Error('a child without stdout');
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), END_PATIENCE_MS);
  await gone;
  clearTimeout(patience);
}

/** A server's settings come from the benchmark, not from the shell. */
function surroundings(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG'].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** CPU time of all processes of this name that were started here, by us or by what we started, in seconds. */
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
    // It has ended.
    return null;
  }
}

/** Lets what `start` starts run on this core, where it does not choose one itself. */
export async function onCore<T>(core: Command['core'], start: () => Promise<T>): Promise<T> {
  const own = affinity();
  affinity(core);
  try {
    return await start();
  } finally {
    affinity(own);
  }
}

/** The cores of this process, which its children inherit: as they are, or as they are to be. */
function affinity(cores?: string): string {
  if (!HAS_TASKSET) return '';
  const given = cores === undefined ? [] : [cores];
  const { stdout } = spawnSync('taskset', ['-cp', ...given, String(process.pid)], { encoding: 'utf8' });
  return stdout.split(': ')[1]?.split('\n')[0] ?? '';
}

/** CPU time of a process and its threads, user and system, in seconds; the kernel counts it in hundredths. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process in bytes: now, and the most there ever was. */
export function memoryOf(pid: number): { readonly residentBytes: number; readonly peakBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
  return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
}

/** CPU time that all cores together spent on anything, in seconds. */
export function machineCpuSeconds(): number {
  const [user, nice, system, , , irq, softirq, steal] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return [user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) / 100;
}
