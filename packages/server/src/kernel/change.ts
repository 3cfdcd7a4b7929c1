import type { ChannelId } from '@parley/protocol';
import type { CommitScope } from '#ports/store.ts';
import type { Ledger } from './ledger.ts';
import type { Outcome } from './outcome.ts';

/**
 * A requested change: the state it reads (its scope), and a pure rule that appends to the ledger or refuses. A rule that
 * refuses appends nothing. Run again after it was stored, it appends nothing and returns the same, so that a commit whose
 * acknowledgement was lost can be retried.
 */
export interface Change<T> {
  readonly scope: Partial<CommitScope>;
  readonly decide: (ledger: Ledger) => Outcome<T>;
}

/** What a command stored, for the `ok` reply. For a command that changed nothing, the last seq it found. */
export interface Stored {
  readonly channel: ChannelId;
  readonly seq: number;
  readonly at: number;
}

/** The union of the scopes, without duplicates. */
export function unionScope(scopes: readonly Partial<CommitScope>[]): CommitScope {
  return {
    channels: union(scopes, (scope) => scope.channels, same),
    messages: union(scopes, (scope) => scope.messages, same),
    members: union(
      scopes,
      (scope) => scope.members,
      ({ channel, user }) => `${channel} ${user}`,
    ),
    handles: union(
      scopes,
      (scope) => scope.handles,
      ({ channel, handle }) => `${channel} ${handle}`,
    ),
    reactions: union(scopes, (scope) => scope.reactions, same),
    publicNames: union(scopes, (scope) => scope.publicNames, same),
    users: union(scopes, (scope) => scope.users, same),
  };
}

function union<T>(
  scopes: readonly Partial<CommitScope>[],
  list: (scope: Partial<CommitScope>) => readonly T[] | undefined,
  keyOf: (entry: T) => string,
): T[] {
  const entries = new Map<string, T>();
  for (const scope of scopes) for (const entry of list(scope) ?? []) entries.set(keyOf(entry), entry);
  return [...entries.values()];
}

function same(key: string): string {
  return key;
}
