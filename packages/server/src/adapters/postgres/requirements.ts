import type { Logger } from '#ports/logger.ts';
import type { Connection } from './connections.ts';

const MIN_VERSION = 140_000;

interface Facts {
  readonly version: number;
  readonly versionName: string;
  readonly encoding: string;
  readonly fsync: string;
  readonly synchronousCommit: string;
  readonly fullPageWrites: string;
  readonly isReplica: boolean;
  readonly hasUnicode: boolean;
}

const SELECT_FACTS = `select current_setting('server_version_num')::int as "version",
  current_setting('server_version') as "versionName",
  current_setting('server_encoding') as "encoding",
  current_setting('fsync') as "fsync",
  current_setting('synchronous_commit') as "synchronousCommit",
  current_setting('full_page_writes') as "fullPageWrites",
  pg_is_in_recovery() as "isReplica",
  exists (select from pg_collation where collname = 'und-x-icu') as "hasUnicode"`;

/** Throws a sentence when the database could lose or alter what is stored in it. */
export async function checkServer(connection: Connection, logger: Logger): Promise<void> {
  const { rows } = await connection.runOnce(SELECT_FACTS);
  const facts = rows[0] as Facts;
  const problem = problemOf(facts);
  if (problem !== null) throw new Error(problem);
  if (facts.fullPageWrites === 'off') {
    logger.warn(
      {},
      'full_page_writes is off: a power failure damages the database, unless its file system forbids that',
    );
  }
}

function problemOf(facts: Facts): string | null {
  if (facts.version < MIN_VERSION) return `it is PostgreSQL ${facts.versionName}, and Parley needs 14 or newer`;
  if (facts.encoding !== 'UTF8') return `its encoding is ${facts.encoding}, and must be UTF8`;
  if (!facts.hasUnicode) return 'it has no collation "und-x-icu", which finds people by name: it was built without ICU';
  if (facts.isReplica) return 'it is a replica, which can not be written to';
  if (facts.synchronousCommit === 'off') {
    return 'synchronous_commit is off for this user or database: a crash would lose messages that were acknowledged';
  }
  if (facts.fsync === 'off') {
    return 'its fsync is off: a power failure would lose messages that were acknowledged';
  }
  return null;
}
