import { execFileSync } from 'node:child_process';

/** The commit that is checked out, with `-dirty` when the tree has changed. */
export function commit(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: 'utf8' } as const;
    return execFileSync('git', ['describe', '--always', '--dirty', '--exclude', '*'], options).trim();
  } catch {
    return 'unknown';
  }
}
