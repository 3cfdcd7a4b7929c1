import { CLOSE } from '@parley/protocol';
import type { IdentityState, IdentityToCheck } from '#identity/authenticator.ts';
import { RECONCILE_BATCH } from '#limits.ts';
import type { Connection } from '../connection/connection.ts';

/** The state of each identity, in the given order: one or two queries for all of them. */
export type RecheckSessions = (identities: readonly IdentityToCheck[]) => Promise<readonly IdentityState[]>;

/** Closes the connections whose session has ended or whose user is suspended. Rejects when the store does not answer. */
export async function recheckSessions(recheck: RecheckSessions, connections: Iterable<Connection>): Promise<void> {
  const bySession = new Map<string, Connection[]>();
  for (const connection of connections) {
    const key = connection.session ?? `of ${connection.user}`;
    const known = bySession.get(key);
    if (known === undefined) bySession.set(key, [connection]);
    else known.push(connection);
  }
  const groups = [...bySession.values()];
  for (let from = 0; from < groups.length; from += RECONCILE_BATCH) {
    const batch = groups.slice(from, from + RECONCILE_BATCH);
    const states = await recheck(batch.flatMap(([connection]) => (connection === undefined ? [] : [connection])));
    for (const [index, group] of batch.entries()) apply(states[index] ?? 'ended', group);
  }
}

function apply(state: IdentityState, connections: readonly Connection[]): void {
  if (state === 'valid') return;
  const code = state === 'ended' ? CLOSE.sessionEnded : CLOSE.suspended;
  for (const connection of connections) connection.close(code, state);
}
