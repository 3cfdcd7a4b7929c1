import { assertNever, type ClientFrame, type History, type ServerFrame, type Sync } from '@parley/protocol';
import type { Chat } from '#chat/chat.ts';
import type { SyncReply } from '#chat/sync/sync.ts';
import type { Typing } from '#chat/typing/typing.ts';
import { NO_CHANNEL, type Outcome, type Refusal } from '#kernel/outcome.ts';
import type { Logger } from '#ports/logger.ts';
import { StoreUnavailable } from '#ports/store.ts';
import type { Connection } from './connection.ts';

export interface DispatchDeps {
  readonly chat: Chat;
  readonly typing: Typing;
  readonly logger: Logger;
}

/** Runs a command. Resolves with the reply; null when there is none, because the command had no `ref`. */
export async function dispatch(
  deps: DispatchDeps,
  connection: Connection,
  command: ClientFrame,
): Promise<ServerFrame | null> {
  try {
    return await run(deps, connection, command);
  } catch (error) {
    const refusal: Refusal =
      error instanceof StoreUnavailable
        ? { code: 'unavailable', message: 'the message store does not answer' }
        : { code: 'internal', message: 'something went wrong here' };
    if (refusal.code === 'internal') deps.logger.error({ err: error, command: command.type }, 'a command failed');
    return errorFrame(command.ref, refusal);
  }
}

export function errorFrame(ref: number | undefined, { code, message, retryAfterMs }: Refusal): ServerFrame {
  return {
    type: 'error',
    ...(ref === undefined ? {} : { ref }),
    code,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

type Reply = ServerFrame | null;

async function run({ chat, typing }: DispatchDeps, connection: Connection, command: ClientFrame): Promise<Reply> {
  const { actor } = connection;
  switch (command.type) {
    case 'send':
      return stored(command.ref, await chat.send(actor, command));
    case 'edit':
      return stored(command.ref, await chat.edit(actor, command));
    case 'delete':
      return stored(command.ref, await chat.delete(actor, command));
    case 'react':
      return stored(command.ref, await chat.react(actor, command));
    case 'unreact':
      return stored(command.ref, await chat.unreact(actor, command));
    case 'read':
      return stored(command.ref, await chat.read(actor, command, connection.id));
    case 'sync':
      return unlessRemoved(connection, command, async () =>
        replyTo(command.ref, await chat.sync(actor, command), (reply) => syncFrame(command, reply)),
      );
    case 'history':
      return unlessRemoved(connection, command, async () =>
        replyTo(command.ref, await chat.history(actor, command), (page) => ({
          type: 'messages',
          ref: command.ref,
          ...page,
        })),
      );
    case 'ping':
      return { type: 'pong', ref: command.ref, heads: Object.fromEntries(await chat.heads(actor)) };
    case 'typing':
      // A subscription proves the membership without a look-up, so a burst of typing never reaches the store.
      if (connection.channels.has(command.channel)) {
        typing.report({ user: connection.user, connection: connection.id }, command.channel, command.on);
        return null;
      }
      // A member whose connection is not subscribed yet gets no error; the typing signal is dropped.
      return (await chat.isMember(actor, command.channel)) ? null : errorFrame(command.ref, NO_CHANNEL.error);
    default:
      return assertNever(command);
  }
}

/** Nothing of a channel follows its `removed` ([PR2]), not even a reply that was read before it. */
async function unlessRemoved(
  connection: Connection,
  { ref, channel }: Sync | History,
  read: () => Promise<Reply>,
): Promise<Reply> {
  const wasSubscribed = connection.channels.has(channel);
  const reply = await read();
  return wasSubscribed && !connection.channels.has(channel) ? errorFrame(ref, NO_CHANNEL.error) : reply;
}

function syncFrame({ ref, channel }: Sync, reply: SyncReply): ServerFrame {
  if (reply.kind === 'reset') return { type: 'reset', ref, channel };
  const { events, lastSeq, more } = reply;
  return { type: 'events', ref, channel, events: [...events], lastSeq, more };
}

function replyTo<T>(ref: number | undefined, outcome: Outcome<T>, toFrame: (value: T) => ServerFrame): Reply {
  return outcome.ok ? toFrame(outcome.value) : errorFrame(ref, outcome.error);
}

interface Position {
  readonly channel: string;
  readonly seq: number;
  readonly at: number;
}

function stored(ref: number | undefined, outcome: Outcome<Position | null>): Reply {
  if (!outcome.ok) return errorFrame(ref, outcome.error);
  if (ref === undefined) return null;
  if (outcome.value === null) return { type: 'ok', ref };
  const { channel, seq, at } = outcome.value;
  return { type: 'ok', ref, channel, seq, at };
}
