import { execFile } from 'node:child_process';
import { join, relative } from 'node:path';
import type { CheckResult } from '../checker/result.ts';

const CHECKER = join(import.meta.dirname, '../checker/main.ts');

/** Runs the checker, a program of its own, on a history. */
export function runChecker(path: string): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    const args = ['--no-warnings', CHECKER, path, '--json'];
    execFile(process.execPath, args, { maxBuffer: 256 * 1_024 * 1_024 }, (error, stdout, stderr) => {
      // It exits with 1 when it found violations, and prints them.
      if (stdout === '') reject(new Error(`the checker failed: ${stderr}`, { cause: error }));
      else resolve(JSON.parse(stdout) as CheckResult);
    });
  });
}

export function checkerCommand(path: string): string {
  return `node ${relative('.', CHECKER)} ${relative('.', path)}`;
}
