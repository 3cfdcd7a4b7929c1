import type { CommitScope, CommitState } from '#ports/store.ts';
import { nameKey } from '../channel-summary.ts';
import type { Tables } from './tables.ts';

/** Loads the rows that the scope names and that exist. */
export function load(tables: Tables, scope: CommitScope): CommitState {
  const names = new Set(scope.publicNames);
  return {
    channels: scope.channels.flatMap((id) => tables.channels.get(id) ?? []),
    messages: scope.messages.flatMap((id) => {
      const row = tables.messages.get(id);
      if (row === undefined) return [];
      const { editedAt: _editedAt, mentions: _mentions, ...message } = row;
      return [message];
    }),
    members: scope.members.flatMap(({ channel, user }) => tables.members.get(channel)?.get(user) ?? []),
    handles: scope.handles.flatMap(({ channel, handle }) => {
      const user = [...tables.users.values()].find((user) => user.handle === handle)?.id;
      const isMember = user !== undefined && tables.members.get(channel)?.has(user) === true;
      return isMember ? [{ channel, handle, user }] : [];
    }),
    reactions: scope.reactions.flatMap((id) => tables.reactions.get(id) ?? []),
    publicNames: [...tables.channels.values()]
      .filter(({ kind, name }) => kind === 'public' && names.has(nameKey(name)))
      .map(({ id, name }) => ({ name: nameKey(name), channel: id })),
    users: scope.users.filter((id) => tables.users.has(id)),
  };
}
