import type { ChannelId, UserId } from '@parley/protocol';
import type { MemberState, NewChannel } from '#ports/store.ts';
import { nameKey } from '../channel-summary.ts';
import type { Tables } from './tables.ts';

/** Throws unless the condition holds: the decision contradicts the tables. */
export function ensure(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

/** Throws when another public channel has that name. */
export function requireFreeName(tables: Tables, { id, kind, name }: Pick<NewChannel, 'id' | 'kind' | 'name'>): void {
  if (kind !== 'public') return;
  for (const other of tables.channels.values()) {
    const same = other.kind === 'public' && other.id !== id && nameKey(other.name) === nameKey(name);
    ensure(!same, `a public channel is called ${name}`);
  }
}

/** The members of a channel that must exist. */
export function membersOf(tables: Tables, channel: ChannelId): Map<UserId, MemberState> {
  const members = tables.members.get(channel);
  if (members === undefined) throw new Error(`no channel ${channel}`);
  return members;
}
