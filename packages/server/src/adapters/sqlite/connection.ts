import { DatabaseSync } from 'node:sqlite';
import type { WorkerSettings } from './worker-messages.ts';

/** How long a statement waits for another program that holds the database, such as a backup. */
const BUSY_TIMEOUT_MS = 5_000;
/** A crashed server's lock is released with its process, which may take a moment. */
const LOCK_TIMEOUT_MS = 1_000;
/** 64 MiB at most; pages are 4 KiB. */
const CACHE_KIB = 65_536;
/** 16 MiB of write-ahead log, after which a commit copies it into the database. */
const CHECKPOINT_PAGES = 4_000;
const SYNCHRONOUS_FULL = 2;

/**
 * The settings of every connection. Each is read back after it was set.
 *
 * `secure_delete` makes a deletion overwrite what it frees. The text of a deleted message is then in no table; it stays in
 * the file until the next checkpoint, and in the write-ahead log until its frames are overwritten, at the latest when the
 * server stops. Where SQLite moved rows between pages, a stale copy can remain in the unused part of a page until that is
 * reused (measured: one in 1,500 deletions, with long edits) or `VACUUM` rewrites the file. SQLite has no control over what
 * the file system or a backup keeps.
 */
const PRAGMAS = [
  ['journal_mode', 'wal'],
  // Each commit syncs the log, on macOS too.
  ['synchronous', SYNCHRONOUS_FULL],
  ['fullfsync', 1],
  ['foreign_keys', 1],
  ['busy_timeout', BUSY_TIMEOUT_MS],
  ['secure_delete', 1],
  ['wal_autocheckpoint', CHECKPOINT_PAGES],
  ['journal_size_limit', CHECKPOINT_PAGES * 4_096],
  ['cache_size', -CACHE_KIB],
] as const;

/** The connection that writes. No other process may write while it is open. */
export function openWriter(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  for (const [name, value] of PRAGMAS) setPragma(db, name, value);
  return prepared(db);
}

/** A connection that reads snapshots, and never waits for the writer. */
export function openReader(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  setPragma(db, 'query_only', 1);
  setPragma(db, 'cache_size', -CACHE_KIB);
  return prepared(db);
}

/** Holds an exclusive lock on a separate database. A crash releases it too, whereas a plain lock file would stay. */
export function holdLock(file: NonNullable<WorkerSettings['lockFile']>): DatabaseSync {
  const lock = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  lock.exec('begin exclusive');
  return lock;
}

function setPragma(db: DatabaseSync, name: string, value: string | number): void {
  db.exec(`pragma ${name} = ${value}`);
  const now = Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0];
  if (now !== value) throw new Error(`the database does not accept ${name} = ${value}: it is ${String(now)}`);
}

function prepared(db: DatabaseSync): DatabaseSync {
  db.function('fold', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
  return db;
}
