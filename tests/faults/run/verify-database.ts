import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { History } from '../history/history.ts';

const CLI = join(import.meta.dirname, '../../../packages/server/src/cli.ts');

/** Runs `parley verify`, which replays every log and compares the derived tables. Any finding is a violation. */
export async function verifyDatabase(databaseUrl: string, history: History): Promise<void> {
  const { code, printed } = await run(databaseUrl);
  const name = code === 0 ? 'exit code of parley verify' : `exit code of parley verify, which printed: ${printed}`;
  history.measure(name, code, { atLeast: 0, atMost: 0 });
}

function run(databaseUrl: string): Promise<{ readonly code: number; readonly printed: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl } };
    execFile(process.execPath, ['--no-warnings', CLI, 'verify'], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, printed: stdout + stderr });
    });
  });
}
