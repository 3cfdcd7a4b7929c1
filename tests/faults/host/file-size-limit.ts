import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/**
 * No file of the process may grow beyond `bytes` (null: any may), as under a quota: a write beyond fails. Works for a
 * running process of the same user, on Linux.
 */
export function limitFileSize(pid: number, bytes: number | null): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes ?? 'unlimited'}:`], { stdio: 'pipe' });
}

export function fileSizeLimitUnsupportedReason(): string | null {
  try {
    limitFileSize(process.pid, null);
    return null;
  } catch {
    return 'the size of files can not be limited here (prlimit of util-linux)';
  }
}

export function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
