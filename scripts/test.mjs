// `npm test`: every check, one after the other, with a summary at the end. `npm test -- lint unit` runs only these.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { missingServers } from './cluster-servers.mjs';
import { install, run } from './workspace.mjs';

const reports = mkdtempSync(join(tmpdir(), 'parley-reports-'));

const steps = [
  { name: 'format', commands: ['oxfmt --check'] },
  { name: 'lint', commands: ['oxlint'] },
  { name: 'types', commands: ['tsc -b'] },
  { name: 'architecture', commands: ['depcruise .'] },
  { name: 'dead-code', commands: ['knip --no-progress'] },
  { name: 'rules', commands: ['node scripts/check-rules.ts'] },
  vitest('unit'),
  { ...vitest('cluster'), lacks },
  vitest('simulation'),
  vitest('conformance'),
  { ...vitest('nodes'), lacks },
  vitest('faults'),
  { ...vitest('faults-nodes'), lacks },
  { name: 'web', commands: ['vite build --manifest --logLevel=warn'], cwd: 'packages/web' },
  { name: 'size', needs: 'web', commands: ['vite build --config scripts/sdk-size.config.mjs', 'size-limit'] },
  playwright('browser', 'tests/browser/playwright.config.ts'),
  { ...playwright('browser-nodes', 'tests/browser/playwright-nodes.config.ts'), lacks },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${steps.map((step) => step.name).join(', ')}.`);
  process.exit(2);
}

install();
const results = [];
for (const step of steps) {
  if (wanted.length === 0 || wanted.includes(step.name)) results.push(perform(step));
}
summarise();
rmSync(reports, { recursive: true });
process.exit(results.some((result) => result.failed > 0) ? 1 : 0);

function vitest(project) {
  const report = `--reporter=default --reporter=json --outputFile.json=${join(reports, project)}`;
  return {
    name: project,
    commands: [`vitest run --project ${project} ${report}`],
    count: (all) => ({
      passed: all.numPassedTests,
      failed: all.numFailedTests,
      skipped: all.numPendingTests + all.numTodoTests,
      failures: all.testResults.flatMap(failuresOfFile),
    }),
  };
}

function playwright(name, config) {
  return {
    name,
    needs: 'web',
    commands: [`playwright test --config ${config} --pass-with-no-tests --reporter list,json`],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, name) },
    count: ({ stats, suites }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
      failures: suites.flatMap(failuresOfSuite),
    }),
  };
}

/** @returns {string[]} What failed in a file of a vitest report, a line each; a file that could not be loaded counts too. */
function failuresOfFile({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [describe(name, message)] : [];
  return failed.map((test) => describe(test.fullName, test.failureMessages[0]));
}

/** @returns {string[]} The same of a Playwright report, whose suites hold suites. */
function failuresOfSuite({ suites = [], specs = [] }) {
  const failed = specs.filter((spec) => !spec.ok);
  const errorOf = (spec) => spec.tests.flatMap((test) => test.results).find((result) => result.error)?.error.message;
  return [...failed.map((spec) => describe(spec.title, errorOf(spec))), ...suites.flatMap(failuresOfSuite)];
}

function describe(test, error = 'no message') {
  return `${test}: ${stripVTControlCharacters(error).replaceAll(/\s+/g, ' ').slice(0, 300)}`;
}

/** The servers of several nodes that are not installed. In CI their tests must run: what is missing fails them there. */
function lacks() {
  return process.env.CI === 'true' ? [] : missingServers();
}

/** Runs a step and counts it: its tests when it has any to report, else the step itself as one check. */
function perform({ name, needs, lacks, commands, cwd, env, count }) {
  const missing = lacks?.().map((server) => server.package) ?? [];
  if (missing.length > 0) {
    return {
      name,
      passed: 0,
      failed: 0,
      skipped: 1,
      failures: [],
      ms: 0,
      note: `not installed: ${missing.join(', ')}`,
    };
  }
  if (results.some((result) => result.name === needs && result.failed > 0)) {
    return { name, passed: 0, failed: 0, skipped: 1, failures: [], ms: 0, note: `not run, because ${needs} failed` };
  }
  console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}`);
  const startedAt = performance.now();
  const ok = commands.every((command) => {
    const [tool, ...args] = command.split(' ');
    return run(tool, args, { cwd, env }) === 0;
  });
  const ms = performance.now() - startedAt;
  if (!count) return { name, passed: Number(ok), failed: Number(!ok), skipped: 0, failures: [], ms, note: '' };

  const { passed, failed, skipped, failures } = countTests(name, count);
  const note = passed + failed + skipped === 0 ? 'no tests' : `${passed} of ${passed + failed + skipped} tests`;
  return { name, passed, failed: ok ? failed : Math.max(failed, 1), skipped, failures, ms, note };
}

function countTests(name, count) {
  try {
    return count(JSON.parse(readFileSync(join(reports, name), 'utf8')));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failures: [] };
  }
}

function summarise() {
  console.log(`\n── summary ${'─'.repeat(63)}`);
  for (const { name, failed, skipped, failures, ms, note } of results) {
    const verdict = failed > 0 ? 'FAILED' : skipped > 0 || note === 'no tests' ? 'skipped' : 'ok';
    console.log(`${verdict.padEnd(8)} ${name.padEnd(14)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${note}`);
    for (const failure of failures) console.log(`         ${failure}`);
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  if (total('skipped') > 0) console.log(`\n${total('skipped')} skipped: they prove nothing in this run.`);
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
}
