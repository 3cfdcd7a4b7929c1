// The floor of durable ingest: prepared inserts, `BATCH` messages per transaction, an fsync after each transaction,
// and the SQLite settings of Parley. `ROWS=log` stores a message as one row of one table; `ROWS=parley` uses the rows and
// indexes that Parley needs: the log, a unique id and the order of the channel. Prints the number of messages stored in
// `SECONDS` and the commit latencies.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const { FOLDER = '.', BATCH = '1', SECONDS = '2', ROWS = 'log' } = process.env;
const WARM_UP_MS = 300;
const CHANNELS = 64;
const BY = `u_${'0'.repeat(24)}`;

const database = new DatabaseSync(join(FOLDER, 'floor.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536;');
const store = ROWS === 'parley' ? storeAsParley() : storeInLog();
const body = 'x'.repeat(200);
let seq = 0;

interface Message {
  readonly id: string;
  readonly channel: string;
  readonly seq: number;
}

function storeInLog(): (message: Message) => void {
  database.exec(
    'CREATE TABLE log (channel INTEGER, seq INTEGER, event TEXT, PRIMARY KEY (channel, seq)) WITHOUT ROWID',
  );
  const insert = database.prepare('INSERT INTO log VALUES (?, ?, ?)');
  return ({ id, channel, seq }) => {
    const event = { type: 'message', message: { id, body }, channel, seq, at: 0, by: BY };
    insert.run(seq % CHANNELS, seq, JSON.stringify(event));
  };
}

function storeAsParley(): (message: Message) => void {
  database.exec(`
    CREATE TABLE events (channel TEXT, seq INTEGER, at INTEGER, by TEXT, type TEXT, data TEXT, PRIMARY KEY (channel, seq));
    CREATE TABLE messages (id TEXT PRIMARY KEY, channel TEXT, seq INTEGER, at INTEGER, by TEXT, body TEXT);
    CREATE INDEX messages_in_order ON messages (channel, seq, by);
  `);
  const insertEvent = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)');
  const insertMessage = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)');
  return ({ id, channel, seq }) => {
    insertEvent.run(channel, seq, 0, BY, 'message', JSON.stringify({ message: { id, body } }));
    insertMessage.run(id, channel, seq, 0, BY, body);
  };
}

/** A UUID of version 7, as Parley’s clients generate it. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const own = seq.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${own}`;
}

function commit(): void {
  database.exec('BEGIN IMMEDIATE');
  for (let row = 0; row < Number(BATCH); row += 1) {
    seq += 1;
    store({ id: newId(), channel: `c_${String(seq % CHANNELS).padStart(16, '0')}`, seq });
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
