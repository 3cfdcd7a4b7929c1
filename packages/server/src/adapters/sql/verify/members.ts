import type { ChannelRow, VerifyContext } from './context.ts';
import type { Finding } from './findings.ts';
import { parseObject } from './log-segment.ts';

const PAGE_ROWS = 2_000;

/** Holds the rows of a channel's members against the events that made them members. Resolves with their number. */
export async function verifyMembers(walk: VerifyContext, row: ChannelRow, head: number): Promise<number> {
  const { db, queries, findings, counts } = walk;
  const channel = row.id;
  const partners = row.dm_members === null ? null : parseObject(row.dm_members);
  let count = 0;
  for (let after = ''; ;) {
    const page = await db.rows(queries.membersWithEvents({ channel, after, limit: PAGE_ROWS }));
    for (const member of page) {
      for (const finding of wrongMember(member, head)) findings.add({ channel, ...finding });
      if (Array.isArray(partners) && !partners.includes(member.user)) {
        const detail = `${member.user} is a member of a direct message between others`;
        findings.add({ kind: 'extra-member', channel, detail });
      }
    }
    count += page.length;
    if (page.length < PAGE_ROWS) break;
    after = page.at(-1)?.user ?? '';
  }
  counts.members += count;
  return count;
}

interface MemberWithEvent {
  readonly user: string;
  readonly readSeq: number;
  readonly joinedSeq: number;
  readonly type: string | null;
  readonly data: string | null;
}

function wrongMember({ user, readSeq, joinedSeq, type, data }: MemberWithEvent, head: number): Finding[] {
  const wrong: Finding[] = [];
  const event = data === null ? null : parseObject(data);
  const joined = event !== null && 'user' in event ? event.user : null;
  if (type !== 'joined' || joined !== user) {
    wrong.push({ kind: 'extra-member', seq: joinedSeq, detail: `${user} did not join at ${joinedSeq}` });
  }
  if (readSeq > head) {
    wrong.push({ kind: 'wrong-cursor', seq: readSeq, detail: `${user} has read up to ${readSeq}, beyond ${head}` });
  } else if (readSeq < joinedSeq - 1) {
    const detail = `${user} joined at ${joinedSeq} and has read only up to ${readSeq}`;
    wrong.push({ kind: 'wrong-cursor', seq: readSeq, detail });
  }
  return wrong;
}
