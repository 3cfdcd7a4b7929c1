// The floor of durable ingest: one table, one prepared insert, `BATCH` rows per transaction, fsync before each next one,
// with the same settings of SQLite that Parley uses. Prints the rows stored in `SECONDS`, and how long commits took.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const { FOLDER = '.', BATCH = '1', SECONDS = '2' } = process.env;
const WARM_UP_MS = 300;

const database = new DatabaseSync(join(FOLDER, 'floor.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536;');
database.exec('CREATE TABLE log (channel INTEGER, seq INTEGER, event TEXT, PRIMARY KEY (channel, seq)) WITHOUT ROWID');
const insert = database.prepare('INSERT INTO log VALUES (?, ?, ?)');
const body = 'x'.repeat(200);
let seq = 0;

function commit(): void {
  database.exec('BEGIN IMMEDIATE');
  for (let row = 0; row < Number(BATCH); row += 1) {
    seq += 1;
    const message = { id: `00000000-0000-4000-8000-${seq.toString(16).padStart(12, '0')}`, body };
    insert.run(
      seq % 64,
      seq,
      JSON.stringify({ type: 'message', message, channel: 'c_0000000000000000', seq, at: 0, by: 'u_0' }),
    );
  }
  database.exec('COMMIT');
}

function commitFor(ms: number): { readonly rows: number; readonly commitMs: readonly number[] } {
  const commitMs: number[] = [];
  const [from, end] = [seq, performance.now() + ms];
  for (let now = performance.now(); now < end;) {
    commit();
    commitMs.push(performance.now() - now);
    now = performance.now();
  }
  return { rows: seq - from, commitMs: commitMs.toSorted((a, b) => a - b) };
}

commitFor(WARM_UP_MS);
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  const [startedMs, usage] = [performance.now(), process.cpuUsage()];
  const { rows, commitMs } = commitFor(Number(SECONDS) * 1000);
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(usage);
  const at = (quantile: number): number => (commitMs[Math.floor(quantile * commitMs.length)] ?? 0) * 1000;
  const figures = {
    rows,
    seconds,
    commits: commitMs.length,
    cpuSeconds: (user + system) / 1e6,
    p50Us: at(0.5),
    p99Us: at(0.99),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exit(0);
});
