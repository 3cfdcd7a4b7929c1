import type { ChannelKind, LogEvent, UserId, UserRole } from '@parley/protocol';
import type { StoredBoolean } from '#ports/accounts-tables.ts';
import type { ChannelState } from '#ports/store.ts';
import type { UserRecord } from '#ports/users.ts';
import type { StoredMessage } from '../message-page.ts';

/** Rows as the queries of this folder select them, and what they become. */

export const CHANNEL_COLUMNS = [
  'channels.id',
  'channels.kind',
  'channels.name',
  'channels.topic',
  'channels.created_by as createdBy',
  'channels.last_seq as lastSeq',
  'channels.member_count as memberCount',
  'channels.dm_members as dmMembers',
] as const;

export interface ChannelRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly topic: string;
  readonly createdBy: string | null;
  readonly lastSeq: number;
  readonly memberCount: number;
  readonly dmMembers: string | null;
}

export function toChannel(row: ChannelRow): ChannelState {
  const { id, kind, name, topic, createdBy, lastSeq, memberCount, dmMembers } = row;
  const channel = { id, kind: kind as ChannelKind, name, topic, createdBy, lastSeq, memberCount };
  return dmMembers === null ? channel : { ...channel, dmMembers: JSON.parse(dmMembers) as UserId[] };
}

export const MESSAGE_COLUMNS = [
  'messages.id',
  'messages.channel',
  'messages.seq',
  'messages.at',
  'messages.by',
  'messages.body',
  'messages.edited_at as editedAt',
  'messages.thread',
  'messages.mentions',
] as const;

export interface MessageRow {
  readonly id: string;
  readonly channel: string;
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly body: string | null;
  readonly editedAt: number | null;
  readonly thread: string | null;
  readonly mentions: string | null;
}

export function toMessage({ thread, mentions, ...row }: MessageRow): StoredMessage {
  const message = { ...row, mentions: mentions === null ? [] : (JSON.parse(mentions) as UserId[]) };
  return thread === null ? message : { ...message, thread };
}

export interface EventRow {
  readonly channel: string;
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly type: string;
  readonly data: string;
}

export function toEvent({ data, ...base }: EventRow): LogEvent {
  return { ...base, ...(JSON.parse(data) as object) } as LogEvent;
}

/** The fields of an event's type, without those that every event has. */
export function eventData({ type: _type, channel: _channel, seq: _seq, at: _at, by: _by, ...data }: LogEvent): string {
  return JSON.stringify(data);
}

export const USER_COLUMNS = ['users.id', 'users.name', 'users.handle', 'users.role', 'users.suspended'] as const;

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly handle: string;
  readonly role: string;
  readonly suspended: StoredBoolean;
}

export function toUser({ id, name, handle, role, suspended }: UserRow): UserRecord {
  return { id, name, handle, role: role as UserRole, suspended: Boolean(suspended) };
}
