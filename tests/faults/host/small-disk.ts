import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK_BYTES = 65_536;
/** The last step of filling: a write-ahead log can use even the tail of a block. */
const SMALLEST_WRITE_BYTES = 512;

/** Mounts a file system in memory of `bytes` bytes. Needs root. */
export function mountSmallDisk(bytes: number) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-small-disk-'));
  const filler = join(folder, 'filler');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'parley-faults', folder], { stdio: 'pipe' });
  const unmount = (): void => {
    execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', unmount);
  return {
    folder,
    fill: () => Promise.resolve(fillWith(filler)),
    free: () => Promise.resolve(rmSync(filler, { force: true })),
    [Symbol.asyncDispose]: () => {
      process.off('exit', unmount);
      return Promise.resolve(unmount());
    },
  };
}

/** Null if small disks can be mounted here. */
export function smallDiskUnsupportedReason(): string | null {
  if (process.platform !== 'linux') return 'a small file system can be mounted on Linux only';
  if (process.getuid?.() !== 0) return 'only root can mount a small file system';
  try {
    void mountSmallDisk(CHUNK_BYTES)[Symbol.asyncDispose]();
    return null;
  } catch (error) {
    return `a small file system can not be mounted here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function fillWith(path: string): void {
  const file = openSync(path, 'a');
  for (let bytes = CHUNK_BYTES; bytes >= SMALLEST_WRITE_BYTES;) {
    try {
      writeSync(file, Buffer.alloc(bytes));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      bytes /= 2;
    }
  }
  closeSync(file);
}
