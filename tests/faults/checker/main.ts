// `node faults/checker/main.ts HISTORY`: judges a recorded history. `--json` prints the verdict as JSON. Exit code 1 when a
// guarantee is broken. It imports nothing of the server, the client or the protocol.
import { check } from './check.ts';
import { readHistory } from './read-history.ts';

const [path, mode] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('usage: node faults/checker/main.ts HISTORY [--json]\n');
  process.exit(2);
}
const verdict = check(await readHistory(path));
if (mode === '--json') process.stdout.write(`${JSON.stringify(verdict)}\n`);
else {
  for (const [what, count] of Object.entries(verdict.counts)) console.log(`${String(count).padStart(10)}  ${what}`);
  for (const { law, what, line } of verdict.violations) console.log(`\n${law}, line ${line}: ${what}`);
  console.log(`\n${verdict.violations.length} violations`);
}
process.exitCode = verdict.violations.length > 0 ? 1 : 0;
