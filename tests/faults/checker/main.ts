// `node tests/faults/checker/main.ts HISTORY` checks a recorded history. `--json` prints the result as JSON. The exit
// code is 1 when a guarantee is violated. It imports nothing of the server, the client or the protocol.
import { check } from './check.ts';
import { readHistory } from './read-history.ts';

const [path, mode] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('usage: node tests/faults/checker/main.ts HISTORY [--json]\n');
  process.exit(2);
}
const result = check(await readHistory(path));
if (mode === '--json') process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  for (const [what, count] of Object.entries(result.counts)) console.log(`${String(count).padStart(10)}  ${what}`);
  for (const { kind, what, line } of result.violations) console.log(`\n${kind}, line ${line}: ${what}`);
  console.log(`\n${result.violations.length} violations`);
}
process.exitCode = result.violations.length > 0 ? 1 : 0;
