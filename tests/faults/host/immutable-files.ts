import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes the files of a folder immutable and blocks new ones, also for processes that have them open. Needs root.
 * Excludes the index of SQLite's write-ahead log, which processes map into memory: the kernel kills a process that
 * writes to a mapped page of an immutable file (SIGBUS), which no failing disk does.
 */
export function setReadOnly(folder: string, isReadOnly: boolean): void {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  const files = names.map((name) => join(folder, name));
  execFileSync('chattr', [isReadOnly ? '+i' : '-i', folder, ...files], { stdio: 'pipe' });
}

export function readOnlyUnsupportedReason(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'parley-read-only-'));
  writeFileSync(join(folder, 'file'), '');
  try {
    setReadOnly(folder, true);
    setReadOnly(folder, false);
    return null;
  } catch {
    return 'files can not be made immutable here (chattr, as root)';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
