import { CLOSE } from '@parley/protocol';
import type { IdentityState, IdentityToCheck } from '#identity/authenticator.ts';
import { RECONCILE_BATCH } from '#limits.ts';
import type { Connection } from '../connection/connection.ts';

/** What has become of each, in the order of the question: one or two queries for all of them. */
export type RecheckSessions = (proofs: readonly IdentityToCheck[]) => Promise<readonly IdentityState[]>;

/** Closes the connections whose session has ended or whose user is suspended. Rejects when that can't be told now. */
export async function recheckSessions(ask: RecheckSessions, connections: Iterable<Connection>): Promise<void> {
  const byProof = new Map<string, Connection[]>();
  for (const connection of connections) {
    const key = connection.session ?? `of ${connection.user}`;
    const known = byProof.get(key);
    if (known === undefined) byProof.set(key, [connection]);
    else known.push(connection);
  }
  const groups = [...byProof.values()];
  for (let from = 0; from < groups.length; from += RECONCILE_BATCH) {
    const batch = groups.slice(from, from + RECONCILE_BATCH);
    const states = await ask(batch.flatMap(([connection]) => (connection === undefined ? [] : [connection])));
    for (const [index, group] of batch.entries()) apply(states[index] ?? 'ended', group);
  }
}

function apply(state: IdentityState, connections: readonly Connection[]): void {
  if (state === 'good') return;
  const code = state === 'ended' ? CLOSE.sessionEnded : CLOSE.suspended;
  for (const connection of connections) connection.close(code, state);
}
