import { mentionedHandles, ok, type ChannelId, type PostMessageReply, type Send, type UserId } from '@parley/protocol';
import { channelToPost } from '#kernel/access.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Change } from '#kernel/change.ts';
import type { Draft, Ledger } from '#kernel/ledger.ts';
import { refuse, type Outcome } from '#kernel/outcome.ts';
import { dmChannelId, openDirectMessage } from '../channels/direct-message.ts';

type Command = Omit<Send, 'type' | 'ref'>;

/**
 * Posts a message. Repeated by the same author in the same channel, an id returns its first seq, without a time limit. From
 * another author or in another channel it is a conflict.
 */
export function send(actor: Actor, command: Command): Change<PostMessageReply> {
  const channel = command.channel ?? dmChannelId(actor.user, command.to ?? actor.user);
  const handles = mentionedHandles(command.body).map((handle) => ({ channel, handle }));
  return {
    scope: {
      channels: [channel],
      messages: command.thread === undefined ? [command.id] : [command.id, command.thread],
      members: [{ channel, user: actor.user }],
      handles,
      users: command.to === undefined ? [] : [command.to],
    },
    decide: (ledger) => decide(ledger, { actor, command, channel }),
  };
}

interface Request {
  readonly actor: Actor;
  readonly command: Command;
  readonly channel: ChannelId;
}

function decide(ledger: Ledger, request: Request): Outcome<PostMessageReply> {
  const { actor, command, channel } = request;
  const known = ledger.findMessage(command.id);
  if (known?.channel === channel && known.by === actor.user) return ok({ channel, seq: known.seq, at: known.at });
  const target = openTarget(ledger, request);
  if (!target.ok) return target;
  if (known !== null) return refuse('conflict', 'this id belongs to another message');
  const root = checkThread(ledger, channel, command.thread);
  if (!root.ok) return root;
  const event = ledger.append(channel, actor.user, toDraft(ledger, channel, command));
  return ok({ channel, seq: event.seq, at: event.at });
}

/** Checks the access to the channel, and opens a direct message that does not exist yet. */
function openTarget(ledger: Ledger, { actor, command, channel }: Request): Outcome<unknown> {
  if (command.to === undefined || ledger.findChannel(channel) !== null) return channelToPost(ledger, actor, channel);
  if (!ledger.hasUser(command.to)) return refuse('not_found', 'no such user');
  if (ledger.findMessage(command.id) !== null) return refuse('conflict', 'this id belongs to another message');
  openDirectMessage(ledger, { from: actor.user, to: command.to });
  return ok(null);
}

function checkThread(ledger: Ledger, channel: ChannelId, thread: string | undefined): Outcome<null> {
  if (thread === undefined) return ok(null);
  const root = ledger.findMessage(thread);
  if (root?.channel !== channel) return refuse('not_found', 'no such message to reply to');
  return root.thread === undefined ? ok(null) : refuse('bad_request', 'thread must be the root, not a reply');
}

function toDraft(ledger: Ledger, channel: ChannelId, { id, body, thread }: Command): Draft {
  const mentions = mentionedHandles(body)
    .map((handle) => ledger.findHandle(channel, handle))
    .filter((user): user is UserId => user !== null);
  return {
    type: 'message',
    message: { id, body, ...(thread === undefined ? {} : { thread }), ...(mentions.length === 0 ? {} : { mentions }) },
  };
}
