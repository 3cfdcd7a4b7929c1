// `npm test`: every check, with a summary at the end. `npm test -- lint unit` runs only these. Steps run side by side, and
// each prints its output when it ends; a step that runs alone prints as it goes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingServers } from './cluster-servers.mjs';
import { countPlaywright, countVitest, printSummary } from './test-report.mjs';
import { endCommands, runCommand, runSteps } from './test-schedule.mjs';
import { install, node, root } from './workspace.mjs';

const reports = mkdtempSync(join(tmpdir(), 'parley-reports-'));

// `load`: the cores that a step keeps busy; 1 unless said otherwise. `after`: a server serves the web client that is there.
const steps = [
  { name: 'format', commands: ['oxfmt --check'] },
  { name: 'lint', commands: ['oxlint'] },
  { name: 'types', commands: ['tsc -b'] },
  { name: 'architecture', commands: ['depcruise .'] },
  { name: 'dead-code', commands: ['knip --no-progress'] },
  { name: 'rules', commands: ['node scripts/check-rules.ts'] },
  { name: 'words', commands: ['node scripts/check-words.ts'] },
  { ...vitest('unit'), load: 2 },
  { ...vitest('cluster'), needsServices: true },
  { ...vitest('simulation'), load: 2 },
  { ...vitest('conformance'), after: ['web'] },
  { ...vitest('nodes'), after: ['web'], needsServices: true },
  { ...vitest('faults'), after: ['web'] },
  { ...vitest('faults-nodes'), after: ['web'], needsServices: true },
  { name: 'web', commands: ['vite build --manifest --logLevel=warn'], cwd: 'packages/web' },
  {
    name: 'size',
    needs: 'web',
    after: ['web'],
    commands: ['vite build --config scripts/sdk-size.config.mjs', 'size-limit'],
  },
  { ...playwright('browser', 'tests/browser/playwright.config.ts'), load: 2 },
  { ...playwright('browser-nodes', 'tests/browser/playwright-nodes.config.ts'), load: 2, needsServices: true },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${steps.map((step) => step.name).join(', ')}.`);
  process.exit(2);
}

process.on('exit', () => rmSync(reports, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    endCommands();
    process.exit(1);
  });
}
install();
const chosen = steps.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const services = await startServices();
const results = await runSteps(chosen, perform);
services.stop();
printSummary(chosen.map(({ name }) => results.get(name)));
process.exitCode = [...results.values()].some(({ failed }) => failed > 0) ? 1 : 0;

function vitest(project) {
  const report = `--reporter=default --reporter=json --outputFile.json=${join(reports, project)}`;
  return { name: project, commands: [`vitest run --project ${project} ${report}`], count: countVitest };
}

function playwright(name, config) {
  return {
    name,
    needs: 'web',
    after: ['web'],
    commands: [`playwright test --config ${config} --pass-with-no-tests --reporter list,json`],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, name) },
    count: countPlaywright,
  };
}

/** Starts what the chosen steps share: one PostgreSQL and one NATS. Without them each step starts its own, or fails. */
async function startServices() {
  if (!chosen.some(({ needsServices }) => needsServices) || missingServers().length > 0) {
    return { env: {}, stop: () => undefined };
  }
  const child = spawn(node, ['scripts/shared-services.ts'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => ['{}'])]);
  return { env: JSON.parse(line), stop: () => child.stdin.end() };
}

/** Runs a step and counts it: its tests when it has any to report, else the step itself as one check. */
async function perform({ name, needs, needsServices, commands, cwd, env, count }, results) {
  // In CI all tests must run: there, a step whose servers are missing fails.
  const missing = needsServices && process.env.CI !== 'true' ? missingServers() : [];
  if (missing.length > 0) return skipped(name, `not installed: ${missing.map((one) => one.package).join(', ')}`);
  if (results.get(needs)?.failed > 0) return skipped(name, `not run, because ${needs} failed`);

  const header = `\n── ${name} ${'─'.repeat(70 - name.length)}`;
  const isLive = chosen.length === 1;
  if (isLive) console.log(header);
  const startedAt = performance.now();
  const printed = [];
  let ok = true;
  for (const command of commands) {
    const { code, output } = await runCommand(command, { cwd, env: { ...services.env, ...env }, isLive });
    printed.push(output);
    ok = code === 0;
    if (!ok) break;
  }
  const ms = performance.now() - startedAt;
  if (!isLive) console.log(`${header}\n${printed.join('').trimEnd()}`);
  if (!count) return { name, passed: Number(ok), failed: Number(!ok), skipped: 0, failures: [], ms, note: '' };

  const counted = countTests(name, count);
  const total = counted.passed + counted.failed + counted.skipped;
  const note = total === 0 ? 'no tests' : `${counted.passed} of ${total} tests`;
  return { name, ...counted, failed: ok ? counted.failed : Math.max(counted.failed, 1), ms, note };
}

function skipped(name, note) {
  return { name, passed: 0, failed: 0, skipped: 1, failures: [], ms: 0, note };
}

function countTests(name, count) {
  try {
    return count(JSON.parse(readFileSync(join(reports, name), 'utf8')));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  }
}
