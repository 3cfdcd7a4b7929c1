// `npm run bench`: installs what only the benchmark needs, then runs it. `npm run bench -- --quick` takes a minute.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, run } from './workspace.mjs';

install();
if (!existsSync(join(root, 'bench/node_modules/.package-lock.json'))) {
  console.log('Installing what Parley is compared with …');
  const code = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: 'bench' });
  if (code !== 0) process.exit(code);
}
process.exit(run('node', ['bench/run.ts', ...process.argv.slice(2)]));
