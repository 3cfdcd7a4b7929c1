import { MIGRATIONS } from '../migrations/index.ts';
import type { Snapshot } from '../snapshot.ts';
import { prepare } from '../statement.ts';
import { verifyChannel } from './channels.ts';
import type { VerifyContext } from './context.ts';
import { Findings, type Finding, type FindingKind } from './findings.ts';
import { verifyMentions } from './mentions.ts';
import { prepareVerifyQueries, type VerifyQueries } from './queries.ts';
import { verifyReactions } from './reactions.ts';
import { verifyReferences } from './references.ts';

const PAGE_CHANNELS = 500;

export interface Verification {
  readonly epoch: string;
  /** The number of rows checked. */
  readonly counts: Readonly<Record<'channels' | 'events' | 'messages' | 'members' | 'reactions' | 'mentions', number>>;
  readonly total: number;
  readonly byKind: Readonly<Partial<Record<FindingKind, number>>>;
  /** The first `MAX_DETAILED_FINDINGS`. */
  readonly findings: readonly Finding[];
}

/**
 * Checks every table that is derived from the logs against them, and the consistency of the logs. Reads the whole
 * database, page by page. Throws when it cannot be read, or when its version is not the one this code knows.
 */
export async function verifySnapshot(db: Snapshot): Promise<Verification> {
  const { kysely } = db;
  const [meta] = await db.rows(prepare({}, () => kysely.selectFrom('meta').select(['epoch', 'version']))({}));
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
    rows = await verifyFeatures({ db, findings, counts });
  } catch (error) {
    // When the database has reported damage, that it cannot be read to the end is one more finding.
    if (findings.total === 0) throw error;
    findings.add({ kind: 'damaged-file', detail: `reading stopped here: ${String(error)}` });
  }
  const { total, counts: byKind, detailed } = findings;
  return { epoch: meta.epoch, counts: { ...counts, ...rows }, total, byKind, findings: detailed };
}

async function verifyFeatures(context: VerifyContext): Promise<{ reactions: number; mentions: number }> {
  const queries = prepareVerifyQueries(context.db);
  await verifyChannels(context, queries);
  await verifyReferences(context);
  return {
    reactions: await verifyReactions(context, queries.reactions),
    mentions: await verifyMentions(context, queries.mentions),
  };
}

async function verifyChannels(context: VerifyContext, queries: VerifyQueries): Promise<void> {
  const { db } = context;
  const channels = prepare({ after: 'text', limit: 'int' }, ({ after, limit }) =>
    db.kysely.selectFrom('channels').selectAll().where('id', '>', after).orderBy('id').limit(limit),
  );
  for (let after = ''; ;) {
    const page = await db.rows(channels({ after, limit: PAGE_CHANNELS }));
    for (const channel of page) await verifyChannel(context, queries, channel);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_CHANNELS) return;
    after = last.id;
  }
}
