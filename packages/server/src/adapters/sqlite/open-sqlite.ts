import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { AccountsTables } from '#ports/accounts-tables.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Random } from '#ports/random.ts';
import type { OpenedDatabase } from '../opened-database.ts';
import { readOrMakeSecret } from '../secret-file.ts';
import { migrate } from '../sql/migrate.ts';
import { makeEpoch } from '../sql/renew-epoch.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import { createSqlUsers } from '../sql/users.ts';
import { SqliteDatabase } from './sqlite-database.ts';
import { openingError } from './sqlite-error.ts';
import { SqliteThread } from './sqlite-thread.ts';
import { WriteMutex } from './write-mutex.ts';

export interface SqliteDeps {
  /** Created when missing, readable by its owner only. Only one server at a time can use it. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * Opens the database `parley.db` in the folder. Rejects with a sentence for the person who starts the server when the
 * folder cannot be written to, another server uses it, the file is damaged, or a newer Parley wrote it.
 */
export async function openSqlite({ folder, clock, random, logger }: SqliteDeps): Promise<OpenedDatabase> {
  const [file, lockFile] = [join(folder, 'parley.db'), join(folder, 'parley.lock')];
  await makeFiles(folder, [file, lockFile]);
  const writer = await openThread({ file, lockFile }, folder);
  const reader = await openThread({ file, lockFile: null }, folder).catch(closing(writer));
  const db = new SqliteDatabase({ writer, reader, writeMutex: new WriteMutex() });
  await migrate(db.kysely, db.dialect, { epoch: makeEpoch(random) }).catch(closing(db));
  logger.info({ file }, 'the database is open');
  const store = createSqlStore(db, clock);
  const kysely = db.kysely as unknown as Kysely<AccountsTables>;
  return {
    store,
    users: createSqlUsers(db, { clock, random }),
    secret: () => readOrMakeSecret(folder, random),
    kysely,
    type: 'sqlite',
    // Not needed: only one transaction can be open at a time.
    lockUsers: async () => undefined,
    failed: db.failed,
    close: () => store.close(),
  };
}

/** Closes what was opened before another step failed. */
function closing(opened: { close(): Promise<void> }) {
  return async (error: unknown): Promise<never> => {
    await opened.close();
    throw error;
  };
}

async function openThread(settings: Parameters<typeof SqliteThread.open>[0], folder: string): Promise<SqliteThread> {
  const opened = await SqliteThread.open(settings);
  if (opened instanceof SqliteThread) return opened;
  throw openingError(opened, folder);
}

async function makeFiles(folder: string, files: readonly string[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const file of files) await makeFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Can not write to the data folder ${folder}: ${reason}`, { cause: error });
  }
}

/** SQLite gives its other files the mode of the database. An existing file is not opened, because closing it would drop its locks. */
async function makeFile(file: string): Promise<void> {
  try {
    const made = await open(file, 'wx', 0o600);
    await made.close();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
