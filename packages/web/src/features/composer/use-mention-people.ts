import type { ChannelView, Conversation } from '@parley/client';
import type { ChannelId, User, UserId } from '@parley/protocol';
import { useParley, useSelected } from '@parley/react';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../lib/http/api.ts';
import { useCurrentUser } from '../session/use-current-user.ts';
import { type Candidate, rankMentions } from './rank-mentions.ts';

const MAX_PEOPLE = 8;
const DEBOUNCE_MS = 120;
const NOBODY: readonly User[] = [];
const NO_CANDIDATES: readonly Candidate[] = [];

/** Users that `@query` may refer to. Null returns none. */
export function useMentionPeople(query: string | null, conversation: Conversation): readonly Candidate[] {
  const parley = useParley();
  const me = useCurrentUser();
  const isActive = query !== null;
  const users = useSelected(parley.users, (all) => (isActive ? all : null));
  const channel = useSelected(parley.channels, () => (isActive ? parley.channelOf(conversation) : null));
  const found = useServerMatches(query);
  const members = useMemberList(channel === null || channel.kind === 'dm' ? null : channel.id);
  return useMemo(() => {
    if (query === null || users === null) return NO_CANDIDATES;
    const authors = parley
      .timeline(conversation)
      .get()
      .messages.map(({ by }) => by)
      .toReversed();
    const known = {
      people: [...users.values(), ...(members ?? NOBODY), ...found],
      members: memberIds(channel, members),
      recentAuthors: [...new Set(authors)],
      me: me.id,
    };
    return rankMentions(query, known, MAX_PEOPLE);
  }, [query, parley, conversation, users, members, found, channel, me.id]);
}

function memberIds(channel: ChannelView | null, members: readonly User[] | null): ReadonlySet<UserId> | null {
  if (channel?.kind === 'dm') return new Set(channel.others);
  return members === null ? null : new Set(members.map(({ id }) => id));
}

/** Users found on the server, debounced. The previous result stays until the next one arrives. */
function useServerMatches(query: string | null): readonly User[] {
  const [found, setFound] = useState(NOBODY);
  useEffect(() => {
    if (query === null || query === '') return;
    let isStale = false;
    const timer = setTimeout(async () => {
      const result = await api.findUsers(query);
      if (!isStale && result.ok) setFound(result.value.users);
    }, DEBOUNCE_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [query]);
  return found;
}

/** The members of a channel, loaded at the first `@`. Null until then. */
function useMemberList(channel: ChannelId | null): readonly User[] | null {
  const [members, setMembers] = useState<readonly User[] | null>(null);
  useEffect(() => {
    if (channel === null) return;
    let isUnmounted = false;
    void api.members(channel).then((result) => {
      if (!isUnmounted && result.ok) setMembers(result.value.members);
    });
    return () => {
      isUnmounted = true;
    };
  }, [channel]);
  return members;
}
