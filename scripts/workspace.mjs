// Installs and builds the workspace, for the other scripts. Plain JavaScript, because it runs on the system's Node, which
// may be older than the one that Parley runs on.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Node 24 and the tools of the workspace. This folder precedes those of the system in PATH. */
const bin = join(root, 'node_modules', '.bin');
export const node = join(bin, 'node');

/** The environment of a command, with Node and the tools of the workspace, and `more`. */
export function environment(more = {}) {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, ...more };
}

/** Runs a command in the foreground and returns its exit code. */
export function run(command, args, { cwd = '.', env = {} } = {}) {
  const result = spawnSync(command, args, { cwd: join(root, cwd), env: environment(env), stdio: 'inherit' });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return exitCode(result.status, result.signal);
}

/** The exit code that a shell reports for a process that ended with `code`, or by `signal`. */
export function exitCode(code, signal) {
  return code ?? (signal ? 128 + constants.signals[signal] : 1);
}

/**
 * Installs the dependencies when they are missing or older than package-lock.json. Not with `npm ci`, which requires the
 * optional packages of every platform in the lock file; `--no-save` follows that file too.
 */
export function install() {
  const lock = 'node_modules/.package-lock.json';
  const installed = changed(lock);
  if (installed >= changed('package-lock.json')) return;
  console.log(installed === 0 ? 'Installing dependencies …' : 'package-lock.json has changed: updating dependencies …');
  orExit(run('npm', ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']));
  utimesSync(join(root, lock), new Date(), new Date());
}

/** Builds the web client when it is missing or older than its sources. */
export function buildWeb() {
  const inputs = ['protocol', 'client', 'react', 'web'].flatMap((name) =>
    ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((input) => `packages/${name}/${input}`),
  );
  const newest = Math.max(...['package-lock.json', ...inputs].map(changed));
  if (changed('packages/web/dist/index.html') > newest) return;
  console.log('Building the web client …');
  orExit(run('vite', ['build', '--manifest', '--logLevel=warn'], { cwd: 'packages/web' }));
}

/** When a file, or anything below a folder, last changed (milliseconds since the epoch); 0 when it is missing. */
function changed(path) {
  const full = join(root, path);
  if (!existsSync(full)) return 0;
  const own = statSync(full);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(full).map((name) => changed(join(path, name))));
}

function orExit(code) {
  if (code !== 0) process.exit(code);
}
