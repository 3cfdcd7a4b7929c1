import type { ChannelView, Conversation } from '@parley/client';
import type { ChannelId, User, UserId } from '@parley/protocol';
import { useParley, useSelected } from '@parley/react';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { useMyself } from '../session/use-current-user.ts';
import { type Candidate, rankMentions } from './rank-mentions.ts';

const MAX_PEOPLE = 8;
const PAUSE_MS = 120;
const NOBODY: readonly User[] = [];
const NO_CANDIDATES: readonly Candidate[] = [];

/** Whom one may mean by `@query`; null asks for nobody. */
export function useMentionPeople(query: string | null, conversation: Conversation): readonly Candidate[] {
  const parley = useParley();
  const me = useMyself();
  const isAsked = query !== null;
  const users = useSelected(parley.users, (all) => (isAsked ? all : null));
  const channel = useSelected(parley.channels, () => (isAsked ? parley.channelOf(conversation) : null));
  const found = useFound(query);
  const members = useMemberList(channel === null || channel.kind === 'dm' ? null : channel.id);
  return useMemo(() => {
    if (query === null || users === null) return NO_CANDIDATES;
    const spoken = parley
      .timeline(conversation)
      .get()
      .messages.map(({ by }) => by)
      .toReversed();
    const known = {
      people: [...users.values(), ...(members ?? NOBODY), ...found],
      members: memberIds(channel, members),
      speakers: [...new Set(spoken)],
      me: me.id,
    };
    return rankMentions(query, known, MAX_PEOPLE);
  }, [query, parley, conversation, users, members, found, channel, me.id]);
}

function memberIds(channel: ChannelView | null, members: readonly User[] | null): ReadonlySet<UserId> | null {
  if (channel?.kind === 'dm') return new Set(channel.others);
  return members === null ? null : new Set(members.map(({ id }) => id));
}

/** People of the server that match, once typing pauses; the ones found before stay meanwhile. */
function useFound(query: string | null): readonly User[] {
  const [found, setFound] = useState(NOBODY);
  useEffect(() => {
    if (query === null || query === '') return;
    let overtaken = false;
    const timer = setTimeout(async () => {
      const answer = await api.findUsers(query);
      if (!overtaken && answer.ok) setFound(answer.value.users);
    }, PAUSE_MS);
    return () => {
      overtaken = true;
      clearTimeout(timer);
    };
  }, [query]);
  return found;
}

/** The members of a channel, from the first `@` on. Null while unknown. */
function useMemberList(channel: ChannelId | null): readonly User[] | null {
  const [members, setMembers] = useState<readonly User[] | null>(null);
  useEffect(() => {
    if (channel === null) return;
    let left = false;
    void api.members(channel).then((answer) => {
      if (!left && answer.ok) setMembers(answer.value.members);
    });
    return () => {
      left = true;
    };
  }, [channel]);
  return members;
}
