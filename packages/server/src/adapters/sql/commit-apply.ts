import type { ChannelId, LogEvent, LogEventByType, LogEventType, MessageEvent } from '@parley/protocol';
import type { Decision, NewChannel } from '#ports/store.ts';
import { nameKey } from '../channel-summary.ts';
import { redactText } from '../redact-event.ts';
import type { CommitStatements } from './commit-statements.ts';
import { eventData } from './rows.ts';
import { expectRowsAffected, type Rows, type SqlValue, type SqlStatement } from './statement.ts';

/**
 * The steps that store a decision. What comes in great numbers (events, messages) goes first, set by set; then every other
 * event changes what it is about, one by one and in order, because they build on one another.
 */
export function applySteps(
  statements: CommitStatements,
  { channels, events, cursors }: Decision<unknown>,
): SqlStatement[] {
  const messages = events.filter((event) => event.type === 'message');
  const heads = headRows(events);
  return [
    ...unlessEmpty(channels.map(channelRow), statements.insertChannels),
    ...unlessEmpty(events.map(eventRow), statements.insertEvents),
    ...unlessEmpty(messages.map(messageRow), statements.insertMessages),
    ...unlessEmpty(messages.flatMap(mentionRows), statements.insertMentions),
    ...events.flatMap((event) => project(event.type, statements, event)),
    ...unlessEmpty(heads, (rows) => expectRowsAffected(rows.length, statements.moveHeads({ rows }))),
    ...unlessEmpty(cursorRows(cursors), (rows) => statements.moveCursors({ rows })),
  ];
}

function unlessEmpty(rows: Rows, step: (rows: Rows) => SqlStatement): SqlStatement[] {
  return rows.length === 0 ? [] : [step(rows)];
}

function channelRow({ id, kind, name, topic, createdBy, createdAt, dmMembers }: NewChannel): SqlValue[] {
  const members = dmMembers === undefined ? null : JSON.stringify(dmMembers);
  return [id, kind, name, nameKey(name), topic, createdBy, createdAt, 0, 0, members];
}

function eventRow(event: LogEvent): SqlValue[] {
  const { channel, seq, at, by, type } = event;
  return [channel, seq, at, by, type, eventData(event), type === 'edited' ? event.id : null];
}

function messageRow({ channel, seq, at, by, message }: MessageEvent): SqlValue[] {
  if ('deleted' in message) throw new Error('a new message cannot be deleted');
  const { id, body, thread = null, mentions } = message;
  return [id, channel, seq, at, by, body, thread, mentions === undefined ? null : JSON.stringify(mentions)];
}

/** Only those by others count. */
function mentionRows({ channel, seq, by, message }: MessageEvent): SqlValue[][] {
  const mentions = 'deleted' in message ? [] : (message.mentions ?? []);
  return [...new Set(mentions)].filter((user) => user !== by).map((user) => [user, channel, seq]);
}

/** For each channel: where its log must stand, where it stands then, and how many members it gains. */
function headRows(events: readonly LogEvent[]): Rows {
  const heads = new Map<ChannelId, { readonly before: number; after: number; joined: number }>();
  for (const { channel, seq, type } of events) {
    const head = heads.get(channel) ?? { before: seq - 1, after: seq - 1, joined: 0 };
    if (seq !== head.after + 1) throw new Error(`${channel} is at ${head.after}, not before ${seq}`);
    head.after = seq;
    head.joined += memberChange(type);
    heads.set(channel, head);
  }
  return [...heads].map(([channel, { before, after, joined }]) => [channel, before, after, joined]);
}

function memberChange(type: LogEvent['type']): number {
  if (type === 'joined') return 1;
  return type === 'left' ? -1 : 0;
}

/** The furthest of each member. */
function cursorRows(cursors: Decision<unknown>['cursors']): Rows {
  const furthest = new Map<string, (typeof cursors)[number]>();
  for (const cursor of cursors) {
    const key = `${cursor.channel} ${cursor.user}`;
    if (cursor.seq > (furthest.get(key)?.seq ?? 0)) furthest.set(key, cursor);
  }
  return [...furthest.values()].map(({ channel, user, seq }) => [channel, user, seq]);
}

type Projection<T extends LogEventType> = (statements: CommitStatements, event: LogEventByType[T]) => SqlStatement[];

/** The statements that each event adds to the commit, beyond its row in `events`. */
const PROJECTIONS: { readonly [T in LogEventType]: Projection<T> } = {
  // All new messages of a commit are inserted together, before the projections run.
  message: () => [],
  edited: (statements, { channel, id, body, at, seq }) => [
    expectRowsAffected(1, statements.edit({ channel, id, body, at, seq })),
  ],
  deleted: deletion,
  reacted: (statements, { channel, id, emoji, by, seq }) => [
    expectRowsAffected(1, statements.react({ channel, id, emoji, user: by, seq })),
  ],
  unreacted: (statements, { id, emoji, by }) => [expectRowsAffected(1, statements.unreact({ id, emoji, user: by }))],
  joined: (statements, { channel, user, seq }) => [statements.join({ channel, user, readSeq: seq - 1, seq })],
  left: (statements, { channel, user }) => [expectRowsAffected(1, statements.leave({ channel, user }))],
  renamed: (statements, { channel, name, topic }) => [
    expectRowsAffected(1, statements.rename({ channel, name, key: nameKey(name), topic })),
  ],
};

function project<T extends LogEventType>(
  type: T,
  statements: CommitStatements,
  event: LogEventByType[T],
): SqlStatement[] {
  return PROJECTIONS[type](statements, event);
}

/** The text goes from the message and from every event that held it. */
function deletion(
  statements: CommitStatements,
  { channel, id, ...base }: Extract<LogEvent, { type: 'deleted' }>,
): SqlStatement[] {
  const tombstone = redactText({ ...base, channel, type: 'message', message: { id, body: '' } }, id);
  const edit = redactText({ ...base, channel, type: 'edited', id, body: '' }, id);
  return [
    expectRowsAffected(1, statements.erase({ channel, id, seq: base.seq })),
    expectRowsAffected(1, statements.scrubMessageEvent({ channel, id, data: eventData(tombstone) })),
    statements.scrubEdits({ id, data: eventData(edit) }),
    statements.eraseReactions({ id }),
  ];
}
