import type { ChannelId, LogEventByType } from '@parley/protocol';
import type { Selectable } from 'kysely';
import { nameKey } from '#adapters/channel-summary.ts';
import type { ChannelsTable } from '../channels.ts';
import type { VerifyContext } from './context.ts';
import type { AddFinding } from './findings.ts';
import { loadSegment } from './load-segment.ts';
import { verifyMembers } from './members.ts';
import { parseObject } from './parse.ts';
import type { VerifyQueries } from './queries.ts';
import { Replay } from './replay.ts';

/** The length of the segments in which a log is loaded. */
const SEGMENT_SEQS = 2_000;

type ChannelRow = Selectable<ChannelsTable>;

/**
 * Compares one channel's rows with its log, segment by segment. Beyond a segment it keeps in memory only a bit for each seq,
 * and the reactions and memberships that a later event must remove.
 */
export async function verifyChannel(context: VerifyContext, queries: VerifyQueries, row: ChannelRow): Promise<void> {
  const { db, counts } = context;
  const channel = row.id;
  const add: AddFinding = (finding) => context.findings.add({ ...finding, channel });
  const replay = new Replay(channel, add);
  for (let after = 0; ;) {
    const segment = await loadSegment(db, queries, { channel, after, upTo: after + SEGMENT_SEQS });
    replay.apply(segment);
    counts.events += segment.events.length;
    counts.messages += segment.messages.length;
    const isEmpty = segment.events.length === 0 && segment.messages.length === 0;
    const next = isEmpty ? await nextSeq(context, queries, { channel, after }) : after + SEGMENT_SEQS + 1;
    if (next === null) break;
    after = next - 1;
  }
  replay.end();
  if (row.last_seq !== replay.head) {
    add({ kind: 'wrong-head', detail: `last_seq is ${row.last_seq}, and the last event is ${replay.head}` });
  }
  const memberCount = await verifyMembers(context, queries.members, { row, head: replay.head });
  const countInLog = replay.members.count;
  if (row.member_count !== memberCount || memberCount !== countInLog) {
    const detail = `member_count is ${row.member_count}, there are ${memberCount} members, and ${countInLog} by the log`;
    add({ kind: 'wrong-member-count', detail });
  }
  for (const detail of wrongFields(row, replay.renamed)) add({ kind: 'wrong-channel', detail });
  counts.channels += 1;
}

/** The first seq after an empty segment that an event or a message has; null at the end. */
async function nextSeq(
  { db }: VerifyContext,
  queries: VerifyQueries,
  after: { readonly channel: ChannelId; readonly after: number },
): Promise<number | null> {
  const [event] = await db.rows(queries.events.next(after));
  const [message] = await db.rows(queries.messages.next(after));
  const seqs = [event?.seq, message?.seq].filter((seq) => typeof seq === 'number');
  return seqs.length === 0 ? null : Math.min(...seqs);
}

function wrongFields(
  { kind, name, name_key, topic, dm_members }: ChannelRow,
  renamed: LogEventByType['renamed'] | null,
): string[] {
  const wrong: string[] = [];
  if (renamed !== null && (renamed.name !== name || renamed.topic !== topic)) {
    wrong.push(`its name or topic is not that of the event renamed at ${renamed.seq}`);
  }
  if (name_key !== nameKey(name)) wrong.push('its name_key does not match its name');
  const isDirect = dm_members !== null;
  if (isDirect !== (kind === 'dm')) wrong.push(`its kind is ${kind}, and dm_members is ${isDirect ? '' : 'not '}set`);
  if (isDirect && !Array.isArray(parseObject(dm_members))) wrong.push('its dm_members is not a list');
  return wrong;
}
