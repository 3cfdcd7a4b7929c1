// Runs the steps of `npm test` side by side, as far as the processor allows.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { environment, exitCode, root } from './workspace.mjs';

/** One more than there are cores: most steps wait half of their time, for servers to start and for timeouts to end. */
const CAPACITY = availableParallelism() + 1;

const children = new Set();

/**
 * Performs each step once the steps that it comes `after` have ended, and once its `load` fits beside the steps that run.
 * Steps with more load start first, and smaller ones fill the gaps. Resolves with the results by name.
 */
export function runSteps(steps, perform) {
  const names = new Set(steps.map(({ name }) => name));
  const waiting = new Set(steps.toSorted((one, other) => loadOf(other) - loadOf(one)));
  const running = new Set();
  const results = new Map();
  return new Promise((resolve, reject) => {
    function startWhatFits() {
      if (results.size === steps.length) resolve(results);
      for (const step of waiting) {
        const load = [...running].reduce((sum, other) => sum + loadOf(other), 0);
        if (running.size > 0 && load + loadOf(step) > CAPACITY) continue;
        if (step.after?.some((name) => names.has(name) && !results.has(name))) continue;
        waiting.delete(step);
        running.add(step);
        perform(step, results).then((result) => {
          running.delete(step);
          results.set(step.name, result);
          startWhatFits();
        }, reject);
      }
    }
    startWhatFits();
  });
}

/** Cores that a step keeps busy. */
function loadOf({ load = 1 }) {
  return Math.min(load, CAPACITY);
}

/** Runs a command. Resolves with its exit code and output; the output is empty when it prints to the terminal itself. */
export function runCommand(command, { cwd = '.', env = {}, isLive = false }) {
  const [tool, ...args] = command.split(' ');
  const child = spawn(tool, args, {
    cwd: join(root, cwd),
    env: environment({ ...(process.stdout.isTTY && !isLive ? { FORCE_COLOR: '1' } : {}), ...env }),
    stdio: isLive ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.on('error', (error) => (output += `${command}: ${error.message}\n`));
    child.on('close', (code, signal) => {
      children.delete(child);
      resolve({ code: exitCode(code, signal), output });
    });
  });
}

/** Ends the commands that run. */
export function endCommands() {
  for (const child of children) child.kill();
}
