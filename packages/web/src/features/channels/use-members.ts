import type { ChannelId, User } from '@parley/protocol';
import { useChannel, useUsers } from '@parley/react';
import { useCallback, useEffect, useRef } from 'react';
import { api } from '../../lib/http/api.ts';
import { type RequestState, useRequest } from '../../lib/use-request.ts';

/** The members of a channel, sorted by name. Reloads them when their number changes, and keeps their names current. */
export function useMembers(channel: ChannelId): RequestState<readonly User[]> {
  const { state, reload } = useRequest(useCallback(() => api.members(channel), [channel]));
  const users = useUsers();
  const count = useChannel(channel)?.memberCount;

  const loadedCount = useRef(count);
  useEffect(() => {
    if (loadedCount.current === count) return;
    loadedCount.current = count;
    reload();
  }, [count, reload]);

  if (state.name !== 'loaded') return { state, reload };
  const members = state.value.members.map((member) => {
    const live = users.get(member.id);
    return live === undefined ? member : { ...member, name: live.name, handle: live.handle };
  });
  return { state: { name: 'loaded', value: members.toSorted(byName) }, reload };
}

export const byName = (a: User, b: User): number => a.name.localeCompare(b.name) || a.handle.localeCompare(b.handle);
