import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/**
 * Limits the size of all files that a running process writes; writes beyond `bytes` fail. Null removes the limit. Works
 * on Linux for processes of the same user.
 */
export function limitFileSize(pid: number, bytes: number | null): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes ?? 'unlimited'}:`], { stdio: 'pipe' });
}

export function fileSizeLimitUnsupportedReason(): string | null {
  try {
    limitFileSize(process.pid, null);
    return null;
  } catch {
    return 'file sizes can not be limited here (prlimit of util-linux)';
  }
}

export function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
