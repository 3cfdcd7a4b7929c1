import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const BENCH = join(import.meta.dirname, '..');
/** Compiled programs, reused by later runs. */
const BUILT = join(BENCH, '.work');
/** Temporary files of this run, on the disk of the checkout because the system’s temporary folder may be in memory. */
export const WORK = join(BUILT, `run-${process.pid}`);
mkdirSync(WORK, { recursive: true });
process.once('exit', () => rmSync(WORK, { recursive: true, force: true }));

const compiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);

/** The C programs of the benchmark. */
export interface Programs {
  readonly generator: string;
  readonly broadcaster: string;
  /** A library to preload: it counts the fsync calls of a process. */
  readonly syncCounter: string;
}

/** Compiles the programs that are missing or older than their sources. */
export function buildPrograms(): Programs {
  if (process.platform !== 'linux' || compiler === undefined) {
    throw new Error('The load generator is a C program for Linux: install a C compiler (cc) on Linux.');
  }
  const sources = ['main', 'connections', 'streams', 'histogram'].map((name) => `generator/${name}.c`);
  return {
    generator: compile('generator', [...sources, 'generator/generator.h'], []),
    broadcaster: compile('c-epoll', ['targets/c-epoll.c'], []),
    syncCounter: compile('sync-counter.so', ['measure/sync-counter.c'], ['-shared', '-fPIC', '-ldl']),
  };
}

function compile(name: string, files: readonly string[], flags: readonly string[]): string {
  const output = join(BUILT, name);
  const isFresh = changedMs(output) > Math.max(...files.map((file) => changedMs(join(BENCH, file))));
  if (isFresh) return output;
  const sources = files.filter((file) => file.endsWith('.c')).map((file) => join(BENCH, file));
  const result = spawnSync(compiler ?? 'cc', ['-O2', '-std=gnu11', '-o', output, ...sources, ...flags], {
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${name} does not compile:\n${result.stderr}`);
  return output;
}

function changedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
