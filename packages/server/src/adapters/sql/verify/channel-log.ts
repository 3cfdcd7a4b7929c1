import type { ChannelId, LogEvent } from '@parley/protocol';
import { nameKey } from '#adapters/channel-summary.ts';
import type { ChannelRow, VerifyContext } from './context.ts';
import type { AddFinding } from './findings.ts';
import { loadStretch, parseObject } from './log-segment.ts';
import { verifyMembers } from './members.ts';
import { Replay } from './replay.ts';

/** Seqs looked at together. */
const STRETCH_SEQS = 2_000;

/**
 * Holds one channel's rows against its log, stretch by stretch. What it remembers beyond a stretch is a bit for each seq,
 * and the reactions and memberships that are taken back further on.
 */
export async function verifyChannel(walk: VerifyContext, row: ChannelRow): Promise<void> {
  const { db, queries, counts } = walk;
  const channel = row.id;
  const add: AddFinding = (finding) => walk.findings.add({ ...finding, channel });
  const replay = new Replay(channel, add);
  for (let after = 0; ;) {
    const stretch = await loadStretch(db, queries, { channel, after, upTo: after + STRETCH_SEQS });
    replay.apply(stretch);
    counts.events += stretch.events.length;
    counts.messages += stretch.messages.length;
    const isEmpty = stretch.events.length === 0 && stretch.messages.length === 0;
    const next = isEmpty ? await nextSeq(walk, channel, after) : after + STRETCH_SEQS + 1;
    if (next === null) break;
    after = next - 1;
  }
  replay.end();
  if (row.last_seq !== replay.head) {
    add({ kind: 'wrong-head', detail: `last_seq is ${row.last_seq}, and the last event is ${replay.head}` });
  }
  const memberCount = await verifyMembers(walk, row, replay.head);
  if (row.member_count !== memberCount || memberCount !== replay.members.count) {
    const detail = `member_count is ${row.member_count}, there are ${memberCount} members, and ${replay.members.count} by the log`;
    add({ kind: 'wrong-member-count', detail });
  }
  for (const detail of wrongFields(row, replay.renamed)) add({ kind: 'wrong-channel', detail });
  counts.channels += 1;
}

/** Where anything comes after a stretch that is empty; null when it was the end. */
async function nextSeq({ db, queries }: VerifyContext, channel: ChannelId, after: number): Promise<number | null> {
  const [event] = await db.rows(queries.nextEvent({ channel, after }));
  const [message] = await db.rows(queries.nextMessage({ channel, after }));
  const seqs = [event?.seq, message?.seq].filter((seq) => typeof seq === 'number');
  return seqs.length === 0 ? null : Math.min(...seqs);
}

function wrongFields(
  { kind, name, name_key, topic, dm_members }: ChannelRow,
  renamed: Extract<LogEvent, { type: 'renamed' }> | null,
): string[] {
  const wrong: string[] = [];
  if (renamed !== null && (renamed.name !== name || renamed.topic !== topic)) {
    wrong.push(`its name or topic is not that of the renaming at ${renamed.seq}`);
  }
  if (name_key !== nameKey(name)) wrong.push('its name_key is not that of its name');
  const isDirect = dm_members !== null;
  if (isDirect !== (kind === 'dm')) wrong.push(`its kind is ${kind}, and dm_members is ${isDirect ? '' : 'not '}set`);
  if (isDirect && !Array.isArray(parseObject(dm_members))) wrong.push('its dm_members is no list');
  return wrong;
}
