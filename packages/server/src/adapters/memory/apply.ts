import type { LogEvent } from '@parley/protocol';
import type { Decision, NewChannel } from '#ports/store.ts';
import { ensure, membersOf, requireFreeName } from './constraints.ts';
import { project, type Target } from './projections.ts';
import { Transaction, type Tables } from './tables.ts';

/** Stores a decision atomically. Throws, and changes nothing, when the decision contradicts the tables. */
export function apply(tables: Tables, { channels, events, cursors }: Decision<unknown>): void {
  const transaction = new Transaction();
  const target: Target = { tables, transaction };
  try {
    for (const channel of channels) create(target, channel);
    for (const event of events) append(target, event);
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

function create({ tables, transaction }: Target, { createdAt: _createdAt, ...channel }: NewChannel): void {
  ensure(!tables.channels.has(channel.id), `channel ${channel.id} exists`);
  requireFreeName(tables, channel);
  ensure(channel.createdBy === null || tables.users.has(channel.createdBy), 'no such user');
  transaction.put(tables.channels, channel.id, { ...channel, lastSeq: 0, memberCount: 0 });
  transaction.put(tables.members, channel.id, new Map());
  transaction.put(tables.events, channel.id, []);
  transaction.put(tables.timelines, channel.id, []);
}

function append(target: Target, event: LogEvent): void {
  const { tables, transaction } = target;
  const channel = tables.channels.get(event.channel);
  const log = tables.events.get(event.channel);
  if (channel === undefined || log === undefined) throw new Error(`no channel ${event.channel}`);
  ensure(event.seq === channel.lastSeq + 1, `${event.channel} is at ${channel.lastSeq}, not before ${event.seq}`);
  transaction.push(log, event);
  transaction.put(tables.channels, channel.id, { ...channel, lastSeq: event.seq });
  project(target, event);
}
