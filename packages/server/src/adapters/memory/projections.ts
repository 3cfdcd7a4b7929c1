import type {
  DeletedEvent,
  EditedEvent,
  JoinedEvent,
  LeftEvent,
  LogEvent,
  LogEventByType,
  LogEventType,
  ReactedEvent,
  UnreactedEvent,
} from '@parley/protocol';
import type { StoredMessage } from '../message-page.ts';
import { redactText } from '../redact-event.ts';
import { ensure, membersOf, requireFreeName } from './constraints.ts';
import type { Tables, Transaction } from './tables.ts';

/** The tables, and the transaction that changes them. */
export interface Target {
  readonly tables: Tables;
  readonly transaction: Transaction;
}

type Projection<T extends LogEventType> = (target: Target, event: LogEventByType[T]) => void;

/** What each event changes in the tables that are derived from the log. */
const PROJECTIONS: { readonly [T in LogEventType]: Projection<T> } = {
  message({ tables, transaction }, { channel, seq, at, by, message }) {
    if ('deleted' in message) throw new Error('a new message cannot be deleted');
    const { id, body, thread, mentions = [] } = message;
    ensure(!tables.messages.has(id), `message ${id} exists`);
    const row = {
      id,
      channel,
      seq,
      at,
      by,
      body,
      editedAt: null,
      mentions,
      ...(thread === undefined ? {} : { thread }),
    };
    transaction.put(tables.messages, id, row);
    transaction.push(tables.timelines.get(channel) ?? [], id);
  },
  edited: (target, event) => changeMessage(target, event, { body: event.body, editedAt: event.at }),
  deleted(target, event) {
    changeMessage(target, event, { body: null });
    target.transaction.put(target.tables.reactions, event.id, []);
    redactEvents(target, event);
  },
  reacted: changeReaction,
  unreacted: changeReaction,
  joined: changeMembers,
  left: changeMembers,
  renamed({ tables, transaction }, { channel: id, name, topic }) {
    const channel = tables.channels.get(id);
    if (channel === undefined) throw new Error(`no channel ${id}`);
    requireFreeName(tables, { ...channel, name });
    transaction.put(tables.channels, id, { ...channel, name, topic });
  },
};

/** Applies an event that was appended to the log to the other tables. */
export function project(target: Target, event: LogEvent): void {
  projectAs(event.type, target, event);
}

function projectAs<T extends LogEventType>(type: T, target: Target, event: LogEventByType[T]): void {
  PROJECTIONS[type](target, event);
}

function changeMessage(
  { tables, transaction }: Target,
  { channel, id }: EditedEvent | DeletedEvent,
  change: Partial<StoredMessage>,
): void {
  const message = tables.messages.get(id);
  if (message?.channel !== channel || message.body === null) throw new Error(`no message ${id} in ${channel}`);
  transaction.put(tables.messages, id, { ...message, ...change });
}

/** Removes the text of the deleted message from all events that contain it. */
function redactEvents({ tables, transaction }: Target, { channel, id }: DeletedEvent): void {
  const log = tables.events.get(channel) ?? [];
  for (const [index, event] of log.entries()) {
    const redacted = redactText(event, id);
    if (redacted !== event) transaction.replace(log, index, redacted);
  }
}

function changeReaction({ tables, transaction }: Target, event: ReactedEvent | UnreactedEvent): void {
  const { type, channel, id, emoji, by } = event;
  const before = tables.reactions.get(id) ?? [];
  const others = before.filter((reaction) => reaction.emoji !== emoji || reaction.user !== by);
  const existed = others.length < before.length;
  ensure(tables.messages.get(id)?.channel === channel, `no message ${id} in ${channel}`);
  ensure(existed === (type === 'unreacted'), `a reaction to ${id} ${existed ? 'exists' : 'is missing'}`);
  // Beside the reactions with the same emoji: an emoji keeps its position when its first user removes the reaction.
  const last = before.findLastIndex((reaction) => reaction.emoji === emoji);
  const at = last === -1 ? before.length : last + 1;
  transaction.put(tables.reactions, id, existed ? others : before.toSpliced(at, 0, { message: id, emoji, user: by }));
}

function changeMembers(
  { tables, transaction }: Target,
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
