import type {
  ChannelId,
  DeletedEvent,
  EditedEvent,
  JoinedEvent,
  LeftEvent,
  LogEvent,
  MessageEvent,
  ReactedEvent,
  RenamedEvent,
  UnreactedEvent,
  UserId,
} from '@parley/protocol';
import { assertNever } from '@parley/protocol';
import type { Decision, MemberState, NewChannel } from '#ports/store.ts';
import { nameKey } from '../channel-summary.ts';
import type { StoredMessage } from '../message-page.ts';
import { redactText } from '../redact-event.ts';
import { Transaction, type Tables } from './tables.ts';

/** Stores a decision, whole or not at all. Throws when it contradicts what is there. */
export function apply(tables: Tables, { channels, events, cursors }: Decision<unknown>): void {
  const transaction = new Transaction();
  try {
    for (const channel of channels) create(tables, transaction, channel);
    for (const event of events) append(tables, transaction, event);
    for (const { channel, user, seq } of cursors) {
      const member = tables.members.get(channel)?.get(user);
      const target = Math.min(seq, tables.channels.get(channel)?.lastSeq ?? 0);
      if (member === undefined || member.readSeq >= target) continue;
      transaction.put(membersOf(tables, channel), user, { ...member, readSeq: target });
    }
  } catch (error) {
    transaction.rollBack();
    throw error;
  }
}

function create(tables: Tables, transaction: Transaction, { createdAt: _createdAt, ...channel }: NewChannel): void {
  ensure(!tables.channels.has(channel.id), `channel ${channel.id} exists`);
  requireFreeName(tables, channel);
  ensure(channel.createdBy === null || tables.users.has(channel.createdBy), 'no such user');
  transaction.put(tables.channels, channel.id, { ...channel, lastSeq: 0, memberCount: 0 });
  transaction.put(tables.members, channel.id, new Map());
  transaction.put(tables.events, channel.id, []);
  transaction.put(tables.timelines, channel.id, []);
}

function append(tables: Tables, transaction: Transaction, event: LogEvent): void {
  const channel = tables.channels.get(event.channel);
  const log = tables.events.get(event.channel);
  if (channel === undefined || log === undefined) throw new Error(`no channel ${event.channel}`);
  ensure(event.seq === channel.lastSeq + 1, `${event.channel} is at ${channel.lastSeq}, not before ${event.seq}`);
  transaction.push(log, event);
  transaction.put(tables.channels, channel.id, { ...channel, lastSeq: event.seq });
  project(tables, transaction, event);
}

function project(tables: Tables, transaction: Transaction, event: LogEvent): void {
  switch (event.type) {
    case 'message':
      return addMessage(tables, transaction, event);
    case 'edited':
      return changeMessage(tables, transaction, { event, change: { body: event.body, editedAt: event.at } });
    case 'deleted':
      changeMessage(tables, transaction, { event, change: { body: null } });
      transaction.put(tables.reactions, event.id, []);
      return scrub(tables, transaction, event);
    case 'reacted':
    case 'unreacted':
      return changeReaction(tables, transaction, event);
    case 'joined':
    case 'left':
      return changeMembers(tables, transaction, event);
    case 'renamed':
      return rename(tables, transaction, event);
    default:
      return assertNever(event);
  }
}

function addMessage(tables: Tables, transaction: Transaction, { channel, seq, at, by, message }: MessageEvent): void {
  if ('deleted' in message) throw new Error('a message is not born deleted');
  const { id, body, thread, mentions = [] } = message;
  ensure(!tables.messages.has(id), `message ${id} exists`);
  const row = { id, channel, seq, at, by, body, editedAt: null, mentions, ...(thread === undefined ? {} : { thread }) };
  transaction.put(tables.messages, id, row);
  transaction.push(tables.timelines.get(channel) ?? [], id);
}

function changeMessage(
  tables: Tables,
  transaction: Transaction,
  { event: { channel, id }, change }: { event: EditedEvent | DeletedEvent; change: Partial<StoredMessage> },
): void {
  const message = tables.messages.get(id);
  if (message?.channel !== channel || message.body === null) throw new Error(`no message ${id} in ${channel}`);
  transaction.put(tables.messages, id, { ...message, ...change });
}

function scrub(tables: Tables, transaction: Transaction, { channel, id }: DeletedEvent): void {
  const log = tables.events.get(channel) ?? [];
  for (const [index, event] of log.entries()) {
    const scrubbed = redactText(event, id);
    if (scrubbed !== event) transaction.replace(log, index, scrubbed);
  }
}

function changeReaction(
  tables: Tables,
  transaction: Transaction,
  { type, channel, id, emoji, by }: ReactedEvent | UnreactedEvent,
): void {
  const before = tables.reactions.get(id) ?? [];
  const others = before.filter((reaction) => reaction.emoji !== emoji || reaction.user !== by);
  const had = others.length < before.length;
  ensure(tables.messages.get(id)?.channel === channel, `no message ${id} in ${channel}`);
  ensure(had === (type === 'unreacted'), `a reaction to ${id} ${had ? 'exists' : 'is missing'}`);
  // Beside those with the same emoji: it keeps its place when the first who used it takes it back.
  const last = before.findLastIndex((reaction) => reaction.emoji === emoji);
  const at = last === -1 ? before.length : last + 1;
  transaction.put(tables.reactions, id, had ? others : before.toSpliced(at, 0, { message: id, emoji, user: by }));
}

function changeMembers(
  tables: Tables,
  transaction: Transaction,
  { type, channel: id, seq, user }: JoinedEvent | LeftEvent,
): void {
  const members = membersOf(tables, id);
  const channel = tables.channels.get(id);
  if (channel === undefined) throw new Error(`no channel ${id}`);
  ensure(members.has(user) === (type === 'left'), `a member of ${id} ${members.has(user) ? 'exists' : 'is missing'}`);
  ensure(tables.users.has(user), 'no such user');
  if (type === 'left') transaction.drop(members, user);
  else transaction.put(members, user, { channel: id, user, readSeq: seq - 1 });
  transaction.put(tables.channels, id, { ...channel, memberCount: members.size });
}

function rename(tables: Tables, transaction: Transaction, { channel: id, name, topic }: RenamedEvent): void {
  const channel = tables.channels.get(id);
  if (channel === undefined) throw new Error(`no channel ${id}`);
  requireFreeName(tables, { ...channel, name });
  transaction.put(tables.channels, id, { ...channel, name, topic });
}

function requireFreeName(tables: Tables, { id, kind, name }: Pick<NewChannel, 'id' | 'kind' | 'name'>): void {
  if (kind !== 'public') return;
  for (const other of tables.channels.values()) {
    const same = other.kind === 'public' && other.id !== id && nameKey(other.name) === nameKey(name);
    ensure(!same, `a public channel is called ${name}`);
  }
}

function membersOf(tables: Tables, channel: ChannelId): Map<UserId, MemberState> {
  const members = tables.members.get(channel);
  if (members === undefined) throw new Error(`no channel ${channel}`);
  return members;
}

function ensure(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
