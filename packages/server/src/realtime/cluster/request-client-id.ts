import type { UserId } from '@parley/protocol';
import type { Bus } from '#ports/bus.ts';

/** A request for a `clientId`: to claim it now ("consume") or only to check ("peek"). */
export interface ClientIdQuery {
  readonly clientId: string;
  readonly user: UserId;
  readonly use: 'consume' | 'peek';
}

/** Lasts from the request to the other nodes until the connection is open, or was refused. */
export interface ClientIdRequest extends Disposable {
  /** Another user holds the `clientId` on another node, or requests it with precedence. */
  isDenied(): boolean;
}

const GRANTED: ClientIdRequest = { isDenied: () => false, [Symbol.dispose]: () => undefined };

/**
 * Asks the other nodes whether another user holds the `clientId` ([HS3]). A node subscribes to requests before it sends its
 * own, so of two concurrent requests at least one is received by the other side; both sides then compare the user ids.
 * Without a reply the request is granted: if another node holds the clientId after all, the claims decide.
 */
export async function requestClientId(bus: Bus, { clientId, user, use }: ClientIdQuery): Promise<ClientIdRequest> {
  if (bus.isReliable) return GRANTED;
  let isDenied = false;
  const unsubscribe =
    use === 'peek'
      ? null
      : bus.subscribe(`client.${clientId}`, (message, reply) => {
          if (message.kind !== 'client-id-requested') return;
          // A peek takes nothing away.
          if (message.use === 'consume' && message.user < user) isDenied = true;
          reply({ kind: 'client-id-held', clientId, holder: isDenied ? null : user });
        });
  const held = await bus.request(`client.${clientId}`, { kind: 'client-id-requested', clientId, user, use });
  if (held?.kind === 'client-id-held' && held.holder !== null && held.holder !== user) isDenied = true;
  return { isDenied: () => isDenied, [Symbol.dispose]: () => unsubscribe?.() };
}
