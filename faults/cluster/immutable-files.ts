import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Nobody can write to the files of a folder, or make new ones in it, not even who has them open. Root only. */
export function setReadOnly(folder: string, isReadOnly: boolean): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  execFileSync('chattr', [isReadOnly ? '+i' : '-i', folder, ...files], { stdio: 'pipe' });
}

export function readOnlyObstacle(): string | null {
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
