// `npm start`: installs and builds, then runs the server in the foreground.
import { spawn } from 'node:child_process';
import { buildWeb, exitCode, install, node, root } from './workspace.mjs';

install();
buildWeb();

const server = spawn(node, ['packages/server/src/main.ts'], { cwd: root, stdio: 'inherit' });
server.on('error', (error) => {
  console.error(`The server could not be started: ${error.message}`);
  process.exit(1);
});
server.on('exit', (code, signal) => process.exit(exitCode(code, signal)));

process.on('SIGTERM', () => server.kill('SIGTERM'));
process.on('SIGINT', () => {
  // A terminal sends Ctrl-C to the server too, which would take a second signal as "exit now".
  if (!process.stdin.isTTY) server.kill('SIGINT');
});
