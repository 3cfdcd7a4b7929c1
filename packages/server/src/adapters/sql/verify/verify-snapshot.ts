import { MIGRATIONS } from '../migrations/index.ts';
import type { Snapshot } from '../snapshot.ts';
import { verifyChannel } from './channel-log.ts';
import type { VerifyContext } from './context.ts';
import { Findings, type Finding, type FindingKind } from './findings.ts';
import { prepareLogQueries } from './log-queries.ts';
import { prepareTableQueries } from './table-queries.ts';
import { verifyTables } from './tables.ts';

const PAGE_CHANNELS = 500;

export interface Verification {
  readonly epoch: string;
  /** What was looked at. */
  readonly counts: Readonly<Record<'channels' | 'events' | 'messages' | 'members' | 'reactions' | 'mentions', number>>;
  readonly total: number;
  readonly byKind: Readonly<Partial<Record<FindingKind, number>>>;
  /** The first `MAX_DETAILED_FINDINGS`. */
  readonly findings: readonly Finding[];
}

/**
 * Holds every table that is derived from the logs against them, and the logs against themselves. Reads all of the
 * database, page by page. Throws when it can't be read, or when its version is not the one this code knows.
 */
export async function verifySnapshot(db: Snapshot): Promise<Verification> {
  const [meta] = await db.rows(prepareTableQueries(db).meta({}));
  if (meta === undefined) throw new Error('The database has no epoch: it is not one of Parley.');
  if (meta.version !== MIGRATIONS.length) {
    throw new Error(
      `The database is of version ${meta.version}, and this Parley knows ${MIGRATIONS.length}: ` +
        'verify it with the Parley that runs on it.',
    );
  }
  const findings = new Findings();
  const counts = { channels: 0, events: 0, messages: 0, members: 0 };
  for (const finding of await db.ownFindings()) findings.add(finding);
  let rows = { reactions: 0, mentions: 0 };
  try {
    await walkChannels({ db, queries: prepareLogQueries(db), findings, counts });
    rows = await verifyTables(db, findings);
  } catch (error) {
    // Where the database knows of damage, that it can't be read further belongs to what was found.
    if (findings.total === 0) throw error;
    findings.add({ kind: 'damaged-file', detail: `reading stopped here: ${String(error)}` });
  }
  const { total, counts: byKind, detailed } = findings;
  return { epoch: meta.epoch, counts: { ...counts, ...rows }, total, byKind, findings: detailed };
}

async function walkChannels(walk: VerifyContext): Promise<void> {
  for (let after = ''; ;) {
    const page = await walk.db.rows(walk.queries.channels({ after, limit: PAGE_CHANNELS }));
    for (const channel of page) await verifyChannel(walk, channel);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_CHANNELS) return;
    after = last.id;
  }
}
