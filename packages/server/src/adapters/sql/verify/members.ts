import type { Selectable } from 'kysely';
import type { ChannelsTable } from '../channels.ts';
import type { Snapshot } from '../snapshot.ts';
import { prepare, rowsFrom } from '../statement.ts';
import type { VerifyContext } from './context.ts';
import type { Finding } from './findings.ts';
import { parseObject } from './parse.ts';

const PAGE_ROWS = 2_000;

type MemberQueries = ReturnType<typeof prepareMemberQueries>;

export function prepareMemberQueries({ kysely, dialect }: Snapshot) {
  return {
    byKey: prepare({ keys: 'rows' }, ({ keys }) =>
      kysely
        .selectFrom(rowsFrom(dialect, keys, { channel: 'text', user: 'text' }))
        .innerJoin('members', (join) =>
          join.onRef('members.channel', '=', 'r.channel').onRef('members.user', '=', 'r.user'),
        )
        .select(['members.user', 'members.joined_seq as joinedSeq']),
    ),
    users: prepare({ ids: 'rows' }, ({ ids }) =>
      kysely
        .selectFrom(rowsFrom(dialect, ids, { id: 'text' }))
        .innerJoin('users', 'users.id', 'r.id')
        .select('users.id'),
    ),
    /** Members in the order of their ids, each with its `joined` event. */
    page: prepare({ channel: 'text', after: 'text', limit: 'int' }, ({ channel, after, limit }) =>
      kysely
        .selectFrom('members')
        .leftJoin('events', (join) =>
          join.onRef('events.channel', '=', 'members.channel').onRef('events.seq', '=', 'members.joined_seq'),
        )
        .select(['members.user', 'members.read_seq as readSeq', 'members.joined_seq as joinedSeq'])
        .select(['events.type', 'events.data'])
        .where('members.channel', '=', channel)
        .where('members.user', '>', after)
        .orderBy('members.user')
        .limit(limit),
    ),
  };
}

interface ChannelWithHead {
  readonly row: Selectable<ChannelsTable>;
  readonly head: number;
}

/** Compares the rows of a channel's members with their `joined` events. Resolves with the number of rows. */
export async function verifyMembers(
  { db, findings, counts }: VerifyContext,
  queries: MemberQueries,
  { row, head }: ChannelWithHead,
): Promise<number> {
  const channel = row.id;
  const partners = row.dm_members === null ? null : parseObject(row.dm_members);
  let count = 0;
  for (let after = ''; ;) {
    const page = await db.rows(queries.page({ channel, after, limit: PAGE_ROWS }));
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
