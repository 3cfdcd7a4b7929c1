import { ok } from '@parley/protocol';
import type { Actor } from '#kernel/actor.ts';
import type { Log } from '#kernel/log.ts';
import type { Outcome } from '#kernel/outcome.ts';
import type { Bus, ConnectionId } from '#ports/bus.ts';
import type { Store } from '#ports/store.ts';
import { read, type ReadPosition } from './read.ts';

export interface MoveCursorDeps {
  readonly log: Log;
  readonly store: Pick<Store, 'summaryOf'>;
  readonly bus: Bus;
}

interface CursorMove {
  readonly actor: Actor;
  readonly position: ReadPosition;
  readonly from: ConnectionId | null;
}

/**
 * Moves the read cursor and publishes it, with what is left unread, to the user's other connections. A cursor that is there
 * already is published again: a client repeats a move when its reply was lost, and the message may have been lost too.
 */
export async function moveCursor(deps: MoveCursorDeps, { actor, position, from }: CursorMove): Promise<Outcome<null>> {
  const outcome = await deps.log.append(read(actor, position));
  if (!outcome.ok) return outcome;
  if (outcome.value > position.seq) return ok(null);
  const summary = await deps.store.summaryOf(position.channel, actor.user);
  if (summary !== null) {
    const { readSeq: seq, unread, mentions, lastSeq } = summary;
    const { user } = actor;
    const cursor = { user, channel: position.channel, seq, unread, mentions, lastSeq, from };
    deps.bus.publish(`user.${user}`, { kind: 'cursor', ...cursor });
  }
  return ok(null);
}
