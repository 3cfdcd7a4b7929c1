import {
  CLOSE,
  decodeClientFrame,
  type ClientFrame,
  type CloseCode,
  type ServerFrame,
  type User,
} from '@parley/protocol';
import type { Actor, Chat } from '#chat/chat.ts';
import type { Feed } from '#chat/feed.ts';
import type { Presence } from '#chat/presence.ts';
import type { Typing } from '#chat/typing.ts';
import type { Config } from '#config.ts';
import { COMMAND_RATE, FLOOD_RATE, MAX_OUTSTANDING_CHARS, MAX_OUTSTANDING_COMMANDS } from '#limits.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock } from '#ports/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { Random } from '#ports/random.ts';
import type { Store } from '#ports/store.ts';
import type { UserRecord, Users } from '#ports/users.ts';
import { TokenBucket } from '#token-bucket.ts';
import { Connection } from './connection.ts';
import { dispatch, errorFrame } from './dispatch.ts';
import type { Fanout } from './fanout.ts';
import { greet } from './greet.ts';
import type { Admission } from './handshake.ts';
import { startHeartbeat } from './heartbeat.ts';
import { createQuestionTurns } from './question-turns.ts';
import { Registry } from './registry.ts';
import { encodeTextFrame } from './text-frame.ts';
import type { Wire, WireEvents } from './wire.ts';

export interface GatewayParts {
  readonly chat: Chat;
  readonly typing: Typing;
  readonly presence: Presence;
  readonly feed: Feed;
  readonly fanout: Fanout;
  readonly store: Store;
  readonly users: Users;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: Pick<Config, 'rateLimits' | 'maxConnectionsPerUser'>;
}

/** Everything above the sockets: connections, what they may say, what they hear. */
export interface Gateway {
  readonly registry: Registry;
  /** Takes an admitted connection on. `ready` follows by itself. */
  accept(admission: Admission, wire: Wire): WireEvents;
  /** Closes every connection. */
  closeAll(code: CloseCode, reason: string): void;
  close(): void;
}

const CONNECTION_ID_BITS = 96;

export function createGateway(parts: GatewayParts): Gateway {
  const { fanout } = parts;
  const registry = new Registry(parts.config.maxConnectionsPerUser);
  const stopHeartbeat = startHeartbeat(parts.clock, () => fanout.connections());
  const stopProfiles = parts.bus.subscribe('everyone', (message) => {
    if (message.kind === 'profile') void tellProfile(parts, message.user);
  });
  return {
    registry,
    accept(admission, wire) {
      const leave = registry.enter(admission.proof.user.id, admission.clientId, admission.address);
      return openConnection(parts, admission, { wire, leave });
    },
    closeAll(code, reason) {
      for (const connection of fanout.connections()) connection.close(code, reason);
    },
    close() {
      stopHeartbeat();
      stopProfiles();
    },
  };
}

interface Entered {
  readonly wire: Wire;
  /** Takes the connection off the registry. */
  readonly leave: () => void;
}

function openConnection(parts: GatewayParts, admission: Admission, { wire, leave }: Entered): WireEvents {
  const { bus, clock, fanout, logger, metrics, presence, random, typing } = parts;
  const { clientId, proof, recheck } = admission;
  const actor: Actor = { user: proof.user.id, role: proof.user.role };
  const id = random.token(CONNECTION_ID_BITS);
  const { session } = proof;
  const expiresAt = session === null ? proof.expiresAt : null;
  const connection = new Connection(
    {
      id,
      clientId,
      actor,
      session,
      expiresAt,
      wire,
      dirty: (dirty) => fanout.dirty(dirty),
      delivered: (frames) => metrics.delivered(frames),
    },
    clock.elapsed(),
  );
  metrics.connectionOpened();
  bus.publish(`user.${actor.user}`, { kind: 'claimed', user: actor.user, clientId, connection: id });
  greet(parts, connection, { user: toUser(proof.user), recheck }).catch((error: unknown) => {
    logger.error({ err: error }, 'a connection could not be greeted');
    connection.close(CLOSE.restarting, 'try again');
  });
  return {
    ...hear(parts, connection),
    closed: (code) => {
      leave();
      connection.ended();
      if (connection.wasLive) presence.went(actor.user, [...connection.channels]);
      fanout.unregister(connection);
      typing.gone({ user: actor.user, connection: id });
      metrics.connectionClosed(code);
    },
  };
}

/** What one connection says: limited, decoded, carried out, answered. */
function hear(parts: GatewayParts, connection: Connection): Pick<WireEvents, 'received' | 'heard'> {
  const { clock, metrics } = parts;
  const limited = parts.config.rateLimits;
  const commands = new TokenBucket(COMMAND_RATE, clock.elapsed());
  const frames = new TokenBucket(FLOOD_RATE, clock.elapsed());
  let [outstanding, outstandingChars] = [0, 0];
  const answer = answering(parts, connection);

  function refuse(ref: number | undefined, refusal: Parameters<typeof errorFrame>[1]): void {
    metrics.commandRefused(refusal.code);
    connection.send(errorFrame(ref, refusal));
  }

  function heard(): boolean {
    connection.lastHeardMs = clock.elapsed();
    if (!limited || frames.take(connection.lastHeardMs)) return true;
    connection.close(CLOSE.flooding, 'too many frames');
    return false;
  }

  return {
    heard,
    received(text) {
      if (connection.isClosed || !heard()) return;
      const decoded = decodeClientFrame(text);
      if (!decoded.ok) return refuse(decoded.error.ref, decoded.error);
      const command = decoded.value;
      if (limited && !commands.take(connection.lastHeardMs)) {
        const retryAfterMs = commands.waitMs();
        return refuse(command.ref, { code: 'rate_limited', message: 'too many commands', retryAfterMs });
      }
      if (outstanding >= MAX_OUTSTANDING_COMMANDS || outstandingChars > MAX_OUTSTANDING_CHARS) {
        const message = 'too many unanswered commands';
        return refuse(command.ref, { code: 'rate_limited', message, retryAfterMs: 100 });
      }
      outstanding += 1;
      outstandingChars += text.length;
      void answer(command).then((reply) => {
        outstanding -= 1;
        outstandingChars -= text.length;
        if (reply === null) return;
        if (reply.type === 'error') metrics.commandRefused(reply.code);
        connection.send(reply);
      });
    },
  };
}

/** Carries commands out: at once, save for questions with large answers. */
function answering(parts: GatewayParts, connection: Connection): (command: ClientFrame) => Promise<ServerFrame | null> {
  const inTurn = createQuestionTurns(connection, parts.clock);
  return (command) => {
    const isQuestion = command.type === 'sync' || command.type === 'history';
    return isQuestion
      ? inTurn(async () => (connection.isClosed ? null : dispatch(parts, connection, command)))
      : dispatch(parts, connection, command);
  };
}

/** A profile is known to everyone here, so everyone hears of its change. */
async function tellProfile({ users, fanout, logger }: GatewayParts, id: string): Promise<void> {
  try {
    const user = await users.find(id);
    if (user !== null) fanout.toEveryone(encodeTextFrame(JSON.stringify({ type: 'user', user: toUser(user) })));
  } catch (error) {
    logger.warn({ err: error }, 'a changed profile could not be told');
  }
}

function toUser({ id, name, handle, role, suspended }: UserRecord): User {
  return { id, name, handle, role, ...(suspended ? { suspended } : {}) };
}
