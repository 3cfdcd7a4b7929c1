import type { Snapshot } from '../snapshot.ts';
import { MAX_DETAILED_FINDINGS, type Findings } from './findings.ts';
import { parseObject } from './log-segment.ts';
import { prepareTableQueries, type TableQueries } from './table-queries.ts';

const PAGE_ROWS = 2_000;

interface TableWalk {
  readonly db: Snapshot;
  readonly queries: TableQueries;
  readonly findings: Findings;
}

/** What the walk along the logs does not meet: rows that no event speaks of. Resolves with how many rows there are. */
export async function verifyTables(db: Snapshot, findings: Findings): Promise<{ reactions: number; mentions: number }> {
  const walk = { db, queries: prepareTableQueries(db), findings };
  await verifyStrays(walk);
  return { reactions: await verifyReactions(walk), mentions: await verifyMentions(walk) };
}

async function verifyStrays({ db, queries, findings }: TableWalk): Promise<void> {
  const limit = MAX_DETAILED_FINDINGS;
  for (const { table, query } of queries.unknownChannels) {
    for (const { id, count } of await db.rows(query({ limit }))) {
      findings.add({ kind: 'unknown-channel', channel: id, detail: `${count} rows of ${table}` });
    }
  }
  for (const { column, query } of queries.unknownUsers) {
    for (const { id, count } of await db.rows(query({ limit }))) {
      findings.add({ kind: 'unknown-user', detail: `${id} stands in ${count} rows of ${column}, and does not exist` });
    }
  }
  for (const { channel, seq, count } of await db.rows(queries.doubledSeqs({ limit }))) {
    findings.add({ kind: 'extra-message', channel, seq, detail: `${count} messages are at ${seq}` });
  }
}

async function verifyReactions({ db, queries, findings }: TableWalk): Promise<number> {
  let count = 0;
  for (let last = { message: '', emoji: '', user: '' }; ;) {
    const page = await db.rows(queries.reactions({ ...last, limit: PAGE_ROWS }));
    for (const { message, emoji, user, seq, channel, isDeleted, type, by, data } of page) {
      const event = data === null ? null : parseObject(data);
      const isSaid =
        type === 'reacted' &&
        by === user &&
        event !== null &&
        'id' in event &&
        event.id === message &&
        'emoji' in event &&
        event.emoji === emoji;
      const where = channel === null ? {} : { channel };
      const reaction = `the reaction of ${user} to ${message}`;
      if (channel === null) {
        findings.add({ kind: 'extra-reaction', seq, detail: `${reaction}: there is no such message` });
      } else if (!isSaid) {
        findings.add({ kind: 'extra-reaction', ...where, seq, detail: `${reaction} is not in the log at ${seq}` });
      } else if (isDeleted) {
        findings.add({ kind: 'extra-reaction', ...where, seq, detail: `${reaction}: the message is deleted` });
      }
    }
    count += page.length;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE_ROWS) return count;
    last = end;
  }
}

/** Those of a deleted message stay, because it still counts as unread; whom it mentioned is known no more. */
async function verifyMentions({ db, queries, findings }: TableWalk): Promise<number> {
  let count = 0;
  for (let last = { user: '', channel: '', seq: 0 }; ;) {
    const page = await db.rows(queries.mentions({ ...last, limit: PAGE_ROWS }));
    for (const { user, channel, seq, id, by, isDeleted, said } of page) {
      const users = said === null ? [] : parseObject(said);
      const isSaid = id !== null && (isDeleted || (Array.isArray(users) && users.includes(user)));
      if (isSaid && by !== user) continue;
      findings.add({ kind: 'extra-mention', channel, seq, detail: `${user} is not mentioned at ${seq}` });
    }
    count += page.length;
    const end = page.at(-1);
    if (end === undefined || page.length < PAGE_ROWS) return count;
    last = end;
  }
}
