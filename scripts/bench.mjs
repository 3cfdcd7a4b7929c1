// `npm run bench`: installs the dependencies of the benchmark, then runs it. With `-- --quick` it takes a minute.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, run } from './workspace.mjs';

install();
if (!existsSync(join(root, 'bench/node_modules/.package-lock.json'))) {
  console.log('Installing the servers that Parley is compared with …');
  const code = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: 'bench' });
  if (code !== 0) process.exit(code);
}
process.exit(run('node', ['bench/run.ts', ...process.argv.slice(2)]));
