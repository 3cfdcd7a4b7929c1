import type { UserId } from '@parley/protocol';
import type { Bus } from '#ports/bus.ts';

/** A request for a `clientId`: to claim it now ("consume") or only to check ("peek"). */
export interface ClientIdQuery {
  readonly clientId: string;
  readonly user: UserId;
  readonly use: 'consume' | 'peek';
}

/** A wish from the question to the other nodes until the connection has begun, or was refused. */
export interface ClientIdRequest extends Disposable {
  /** Another user holds the `clientId` elsewhere, or wants it with more right. */
  isDenied(): boolean;
}

const GRANTED: ClientIdRequest = { isDenied: () => false, [Symbol.dispose]: () => undefined };

/**
 * Asks whether another user holds the `clientId` on another node ([HS3]). Each wish is known to the others before it asks, so
 * that of two at once at least one is told of the other; and whoever is told decides by the ids of the users, as the other
 * does. Where nobody answers, it is granted: should someone hold it all the same, their claims decide.
 */
export async function requestClientId(bus: Bus, { clientId, user, use }: ClientIdQuery): Promise<ClientIdRequest> {
  if (bus.isReliable) return GRANTED;
  let isLost = false;
  const unsubscribe =
    use === 'peek'
      ? null
      : bus.subscribe(`client.${clientId}`, (message, answer) => {
          if (message.kind !== 'client-id-requested') return;
          // Whoever only looks takes nothing away.
          if (message.use === 'consume' && message.user < user) isLost = true;
          answer({ kind: 'client-id-held', clientId, holder: isLost ? null : user });
        });
  const answer = await bus.request(`client.${clientId}`, { kind: 'client-id-requested', clientId, user, use });
  if (answer?.kind === 'client-id-held' && answer.holder !== null && answer.holder !== user) isLost = true;
  return { isDenied: () => isLost, [Symbol.dispose]: () => unsubscribe?.() };
}
