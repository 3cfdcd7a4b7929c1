import type { CommitScope } from '#ports/store.ts';
import type { Ledger } from './ledger.ts';
import type { Outcome } from './refusal.ts';

/**
 * A change somebody asks for: what it must look at, and a pure rule that appends to the ledger or refuses.
 * A rule that refuses has appended nothing. Running it again after it was stored appends nothing and answers the same,
 * so a commit whose answer was lost may be repeated.
 */
export interface Change<T> {
  readonly scope: Partial<CommitScope>;
  readonly decide: (ledger: Ledger, at: number) => Outcome<T>;
}

const LISTS = ['channels', 'messages', 'members', 'handles', 'reactions', 'publicNames', 'users'] as const;

/** Everything that any of them must look at. */
export function unionScope(scopes: readonly Partial<CommitScope>[]): CommitScope {
  const union: Record<(typeof LISTS)[number], Map<string, unknown>> = {
    channels: new Map(),
    messages: new Map(),
    members: new Map(),
    handles: new Map(),
    reactions: new Map(),
    publicNames: new Map(),
    users: new Map(),
  };
  for (const scope of scopes) {
    for (const list of LISTS) {
      for (const entry of scope[list] ?? []) union[list].set(keyOf(entry), entry);
    }
  }
  return Object.fromEntries(LISTS.map((list) => [list, [...union[list].values()]])) as unknown as CommitScope;
}

function keyOf(entry: string | object): string {
  return typeof entry === 'string' ? entry : Object.values(entry).join(' ');
}
