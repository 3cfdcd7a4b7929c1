// What test runners report, in the terms of `npm test`: tests passed, failed and skipped, and a line for each failure.
import { stripVTControlCharacters } from 'node:util';

/** Counts a JSON report of vitest. */
export function countVitest(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresOfFile),
  };
}

/** Counts a JSON report of Playwright. */
export function countPlaywright({ stats, suites }) {
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: suites.flatMap(failuresOfSuite),
  };
}

/** @returns {string[]} The failures of one file of tests, a line each; a file that could not be loaded counts too. */
function failuresOfFile({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [describe(name, message)] : [];
  return failed.map((test) => describe(test.fullName, test.failureMessages[0]));
}

/** @returns {string[]} The failures of a suite and of the suites in it. */
function failuresOfSuite({ suites = [], specs = [] }) {
  const failed = specs.filter((spec) => !spec.ok);
  const errorOf = (spec) => spec.tests.flatMap((test) => test.results).find((result) => result.error)?.error.message;
  return [...failed.map((spec) => describe(spec.title, errorOf(spec))), ...suites.flatMap(failuresOfSuite)];
}

function describe(test, error = 'no message') {
  return `${test}: ${stripVTControlCharacters(error).replaceAll(/\s+/g, ' ').slice(0, 300)}`;
}

/** Prints a line for each step, the failures below it, and the totals in the last line. */
export function printSummary(results) {
  console.log(`\n── summary ${'─'.repeat(63)}`);
  for (const { name, failed, skipped, failures, ms, note } of results) {
    const outcome = failed > 0 ? 'FAILED' : skipped > 0 || note === 'no tests' ? 'skipped' : 'ok';
    console.log(`${outcome.padEnd(8)} ${name.padEnd(14)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${note}`);
    for (const failure of failures) console.log(`         ${failure}`);
  }
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  if (total('skipped') > 0) console.log(`\n${total('skipped')} skipped: they prove nothing in this run.`);
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
}
